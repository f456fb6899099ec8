-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 순번 = 1
, "_s2" AS (SELECT * FROM "_s1" WHERE "순번" = 1)
-- 3: fields pnu
, "_s3" AS (SELECT "pnu" FROM "_s2")
SELECT * FROM "_s3"
