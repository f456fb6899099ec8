-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: rename 지목 landuse
, "_s2" AS (SELECT "pnu", "지목" AS "landuse", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1")
-- 3: fields landuse
, "_s3" AS (SELECT "landuse" FROM "_s2")
SELECT * FROM "_s3"
