-- 1: model right_model
WITH "_s1" AS (SELECT * FROM "right_model")
-- 2: union all right_model
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "A", "D" FROM "_s1" UNION ALL SELECT "A", "D" FROM "_s2")
-- 3: stats count(*) as n
, "_s3" AS (SELECT count(*) AS "n" FROM "_s2_1")
SELECT * FROM "_s3"
