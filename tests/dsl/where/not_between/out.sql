-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 면적 not between 100 and 1000
, "_s2" AS (SELECT * FROM "_s1" WHERE "면적" NOT BETWEEN 100 AND 1000)
SELECT * FROM "_s2"
