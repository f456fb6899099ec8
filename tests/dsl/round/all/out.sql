-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: round 0
, "_s2" AS (SELECT "pnu", "지목", round("면적", 0) AS "면적", round("공시지가", 0) AS "공시지가", "취득일", "동", round("순번", 0) AS "순번" FROM "_s1")
-- 3: fields 면적
, "_s3" AS (SELECT "면적" FROM "_s2")
SELECT * FROM "_s3"
