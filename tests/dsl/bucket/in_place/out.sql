-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: bucket 일시 span=1h
, "_s2" AS (SELECT "id", "pnu", "금액", date_trunc('hour', CAST("일시" AS TIMESTAMP)) AS "일시", "비고" FROM "_s1")
-- 3: fields id, 일시
, "_s3" AS (SELECT "id", "일시" FROM "_s2")
SELECT * FROM "_s3"
