-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: stats count(*) as n by date_group(일시, '1d')
, "_s2" AS (SELECT date_trunc('day', CAST("일시" AS TIMESTAMP)) AS "dategroup", count(*) AS "n" FROM "_s1" GROUP BY 1)
-- 3: sort dategroup
SELECT * FROM "_s2" ORDER BY "dategroup" ASC NULLS FIRST
