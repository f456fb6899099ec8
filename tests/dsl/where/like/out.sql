-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 동 like '%정%'
, "_s2" AS (SELECT * FROM "_s1" WHERE "동" LIKE '%정%')
SELECT * FROM "_s2"
