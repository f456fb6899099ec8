-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: join inner right_model as r on A = r.A and r.D != 'z'
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "l"."A" AS "A", "l"."B" AS "B", "l"."C" AS "C", "r"."A" AS "r_A", "r"."D" AS "r_D" FROM "_s1" AS "l" INNER JOIN "_s2" AS "r" ON ("l"."A" = "r"."A") AND ("r"."D" <> 'z'))
-- 3: sort A
SELECT * FROM "_s2_1" ORDER BY "A" ASC NULLS FIRST
