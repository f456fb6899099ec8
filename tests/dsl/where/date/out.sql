-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 취득일 >= '2021-01-01'
, "_s2" AS (SELECT * FROM "_s1" WHERE "취득일" >= '2021-01-01')
SELECT * FROM "_s2"
