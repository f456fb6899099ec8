-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: pivot count(*) as CNT SPLITROW date_group(일시, 10H) as TIME SORTROW asc
, "_s2" AS (SELECT date_bin(INTERVAL '10 hour', CAST("일시" AS TIMESTAMP)) AS "TIME", count(*) AS "CNT" FROM "_s1" GROUP BY 1)
SELECT * FROM "_s2" ORDER BY "TIME" ASC NULLS FIRST
