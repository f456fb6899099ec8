-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats count(*), min(면적) by 지목
, "_s2" AS (SELECT "지목", count(*) AS "count", min("면적") AS "min(면적)" FROM "_s1" GROUP BY 1)
-- 3: sort 지목
SELECT * FROM "_s2" ORDER BY "지목" ASC NULLS FIRST
