-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -pnu
-- 3: where 순번 = 1
, "_s3" AS (SELECT * FROM "_s1" WHERE "순번" = 1)
-- 4: eval x = 1
, "_s4" AS (SELECT *, 1 AS "x" FROM "_s3")
-- 5: fields pnu
, "_s5" AS (SELECT "pnu" FROM "_s4")
SELECT * FROM "_s5" ORDER BY "pnu" DESC NULLS LAST
