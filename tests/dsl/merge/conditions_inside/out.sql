-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: merge left (right_model start_date=20200907101210 end_date=20200908101210 D='x') as r on A = r.A
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "D" = 'x')
, "_s2_2" AS (SELECT "l"."A" AS "A", "l"."B" AS "B", "l"."C" AS "C", "r"."A" AS "r_A", "r"."D" AS "r_D" FROM "_s1" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON "l"."A" = "r"."A")
-- 3: sort A
SELECT * FROM "_s2_2" ORDER BY "A" ASC NULLS FIRST
