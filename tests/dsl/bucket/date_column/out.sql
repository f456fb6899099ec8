-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: bucket 취득일 span=1y as y
, "_s2" AS (SELECT *, date_trunc('year', CAST("취득일" AS TIMESTAMP)) AS "y" FROM "_s1")
-- 3: fields pnu, y
, "_s3" AS (SELECT "pnu", "y" FROM "_s2")
SELECT * FROM "_s3"
