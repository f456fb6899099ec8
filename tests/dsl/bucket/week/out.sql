-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: bucket 일시 span=1w as w
, "_s2" AS (SELECT *, date_trunc('week', CAST("일시" AS TIMESTAMP)) AS "w" FROM "_s1")
-- 3: fields id, w
, "_s3" AS (SELECT "id", "w" FROM "_s2")
SELECT * FROM "_s3"
