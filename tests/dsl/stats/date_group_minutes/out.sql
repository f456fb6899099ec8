-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: stats count(*) as n by date_group(일시, '30M') as 반시간
, "_s2" AS (SELECT date_bin(INTERVAL '30 minute', CAST("일시" AS TIMESTAMP)) AS "반시간", count(*) AS "n" FROM "_s1" GROUP BY 1)
-- 3: sort 반시간
SELECT * FROM "_s2" ORDER BY "반시간" ASC NULLS FIRST
