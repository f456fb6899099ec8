-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: stats count(*) as n by date_group(일시, '1m') as 달
, "_s2" AS (SELECT date_trunc('month', CAST("일시" AS TIMESTAMP)) AS "달", count(*) AS "n" FROM "_s1" GROUP BY 1)
-- 3: sort 달
SELECT * FROM "_s2" ORDER BY "달" ASC NULLS FIRST
