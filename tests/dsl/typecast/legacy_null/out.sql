-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: typecast 동 integer
, "_s2" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", TRY_CAST("동" AS INTEGER) AS "동", "순번" FROM "_s1")
-- 3: fields pnu, 동
, "_s3" AS (SELECT "pnu", "동" FROM "_s2")
SELECT * FROM "_s3"
