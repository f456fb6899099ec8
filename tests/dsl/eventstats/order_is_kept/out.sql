-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -면적
-- 3: eventstats count(*) as n by 동
, "_s3" AS (SELECT *, count(*) OVER (PARTITION BY "동") AS "n" FROM "_s1")
-- 4: head 3
, "_s4" AS (SELECT * FROM "_s3" ORDER BY "면적" DESC NULLS LAST LIMIT 3)
-- 5: fields pnu, n
, "_s5" AS (SELECT "pnu", "n", "면적" AS "_order_1" FROM "_s4")
SELECT "pnu", "n" FROM "_s5" ORDER BY "_order_1" DESC NULLS LAST
