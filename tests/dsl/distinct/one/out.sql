-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: distinct 동
, "_s2" AS (SELECT DISTINCT "동" FROM "_s1")
SELECT * FROM "_s2"
