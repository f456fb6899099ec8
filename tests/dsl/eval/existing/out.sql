-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 면적 = 면적 * 10
, "_s2" AS (SELECT "pnu", "지목", "면적" * 10 AS "면적", "공시지가", "취득일", "동", "순번" FROM "_s1")
-- 3: fields pnu, 면적
, "_s3" AS (SELECT "pnu", "면적" FROM "_s2")
SELECT * FROM "_s3"
