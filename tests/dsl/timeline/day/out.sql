-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: timeline 일시 1d
, "_s2" AS (SELECT date_trunc('day', CAST("일시" AS TIMESTAMP)) AS "일시", count(*) AS "count" FROM "_s1" GROUP BY 1)
SELECT * FROM "_s2" ORDER BY "일시" ASC NULLS FIRST
