-- 1: model right_model
WITH "_s1" AS (SELECT * FROM "right_model")
-- 2: append right_model
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "A", "D" FROM "_s1" UNION ALL BY NAME SELECT "A", "D" FROM "_s2")
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2_1")
SELECT * FROM "_s3"
