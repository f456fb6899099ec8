-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats count by 동
, "_s2" AS (SELECT "동", count(*) AS "count" FROM "_s1" GROUP BY 1)
-- 3: sort 동
SELECT * FROM "_s2" ORDER BY "동" ASC NULLS FIRST
