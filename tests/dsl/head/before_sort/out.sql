-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort pnu
-- 3: head 3
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 3)
-- 4: sort -pnu
SELECT * FROM "_s3" ORDER BY "pnu" DESC NULLS LAST
