-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval n = cast(pnu, bigint)
, "_s2" AS (SELECT *, CAST("pnu" AS BIGINT) AS "n" FROM "_s1")
-- 3: fields n
, "_s3" AS (SELECT "n" FROM "_s2")
SELECT * FROM "_s3"
