-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -동
-- 3: distinct 동
, "_s3" AS (SELECT DISTINCT "동" FROM "_s1")
SELECT * FROM "_s3" ORDER BY "동" DESC NULLS LAST
