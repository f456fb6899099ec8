-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats count(*) as n by 면적 > 900 as 큼
, "_s2" AS (SELECT "면적" > 900 AS "큼", count(*) AS "n" FROM "_s1" GROUP BY 1)
-- 3: sort 큼
SELECT * FROM "_s2" ORDER BY "큼" ASC NULLS FIRST
