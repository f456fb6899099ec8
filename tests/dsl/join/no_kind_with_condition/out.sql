-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: join right_model A = right_model.A
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "l"."A" AS "A", "l"."B" AS "B", "l"."C" AS "C", "r"."A" AS "right_model_A", "r"."D" AS "right_model_D" FROM "_s1" AS "l" INNER JOIN "_s2" AS "r" ON "l"."A" = "r"."A")
-- 3: sort A, right_model_D
SELECT * FROM "_s2_1" ORDER BY "A" ASC NULLS FIRST, "right_model_D" ASC NULLS FIRST
