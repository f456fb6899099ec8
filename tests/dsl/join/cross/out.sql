-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: join cross right_model
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "l"."A" AS "A", "l"."B" AS "B", "l"."C" AS "C", "r"."A" AS "right_model_A", "r"."D" AS "right_model_D" FROM "_s1" AS "l" CROSS JOIN "_s2" AS "r")
-- 3: stats count(*) as n
, "_s3" AS (SELECT count(*) AS "n" FROM "_s2_1")
SELECT * FROM "_s3"
