-- 1: sql $$ SELECT 지목, count(*) AS n FROM 토지 GROUP BY 지목 $$
WITH "_s1" AS (SELECT 지목, count(*) AS n FROM 토지 GROUP BY 지목)
-- 2: sort 지목
SELECT * FROM "_s1" ORDER BY "지목" ASC NULLS FIRST
