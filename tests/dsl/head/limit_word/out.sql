-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort pnu
-- 3: limit 2
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 2)
SELECT * FROM "_s3" ORDER BY "pnu" ASC NULLS FIRST
