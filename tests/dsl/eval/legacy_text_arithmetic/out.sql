-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval x = 지목 + 1
, "_s2" AS (SELECT *, TRY_CAST("지목" AS DOUBLE) + 1 AS "x" FROM "_s1")
-- 3: fields pnu, x
, "_s3" AS (SELECT "pnu", "x" FROM "_s2")
SELECT * FROM "_s3"
