-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 동 not like '청%'
, "_s2" AS (SELECT * FROM "_s1" WHERE "동" NOT LIKE '청%')
SELECT * FROM "_s2"
