-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: pivot count(*) as n splitrow 동 sortrow asc
, "_s2" AS (SELECT "동", count(*) AS "n" FROM "_s1" GROUP BY 1)
SELECT * FROM "_s2" ORDER BY "동" ASC NULLS FIRST
