-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats count(*) as n by 동
, "_s2" AS (SELECT "동", count(*) AS "n" FROM "_s1" GROUP BY 1)
-- 3: where n > 1
, "_s3" AS (SELECT * FROM "_s2" WHERE "n" > 1)
-- 4: sort 동
-- 5: head 2
, "_s5" AS (SELECT * FROM "_s3" ORDER BY "동" ASC NULLS FIRST LIMIT 2)
SELECT * FROM "_s5" ORDER BY "동" ASC NULLS FIRST
