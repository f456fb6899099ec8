-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: bucket 일시 span=15min as q
, "_s2" AS (SELECT *, date_bin(INTERVAL '15 minute', CAST("일시" AS TIMESTAMP)) AS "q" FROM "_s1")
-- 3: fields id, q
, "_s3" AS (SELECT "id", "q" FROM "_s2")
SELECT * FROM "_s3"
