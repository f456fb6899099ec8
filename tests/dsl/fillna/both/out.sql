-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fillna 지목, 면적 0
, "_s2" AS (SELECT "pnu", "지목", coalesce("면적", 0) AS "면적", "공시지가", "취득일", "동", "순번" FROM "_s1" WHERE "지목" IS NOT NULL)
SELECT * FROM "_s2"
