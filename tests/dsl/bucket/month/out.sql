-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: bucket 일시 span=1mon as 달
, "_s2" AS (SELECT *, date_trunc('month', CAST("일시" AS TIMESTAMP)) AS "달" FROM "_s1")
-- 3: fields id, 달
, "_s3" AS (SELECT "id", "달" FROM "_s2")
SELECT * FROM "_s3"
