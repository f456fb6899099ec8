-- 1: model right_model
WITH "_s1" AS (SELECT * FROM "right_model")
-- 2: fields A
, "_s2" AS (SELECT "A" FROM "_s1")
-- 3: union [model left_model | fields A] order by A desc
, "_s3" AS (SELECT * FROM "left_model")
, "_s3_1" AS (SELECT "A" FROM "_s3")
, "_s3_2" AS (SELECT "A" FROM "_s2" UNION SELECT "A" FROM "_s3_1")
SELECT * FROM "_s3_2" ORDER BY "A" DESC NULLS LAST
