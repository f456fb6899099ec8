-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: merge inner (right_model) as B on A = B.A
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "l"."A" AS "A", "l"."B" AS "B", "l"."C" AS "C", "r"."A" AS "B_A", "r"."D" AS "B_D" FROM "_s1" AS "l" INNER JOIN "_s2" AS "r" ON "l"."A" = "r"."A")
-- 3: sort A, B_D
SELECT * FROM "_s2_1" ORDER BY "A" ASC NULLS FIRST, "B_D" ASC NULLS FIRST
