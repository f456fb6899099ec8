-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval a = null
, "_s2" AS (SELECT *, CAST(NULL AS VARCHAR) AS "a" FROM "_s1")
-- 3: fields pnu, a
, "_s3" AS (SELECT "pnu", "a" FROM "_s2")
SELECT * FROM "_s3"
