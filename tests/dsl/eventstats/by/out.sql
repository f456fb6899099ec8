-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eventstats sum(면적) as 합, count(*) as n by 동
, "_s2" AS (SELECT *, sum("면적") OVER (PARTITION BY "동") AS "합", count(*) OVER (PARTITION BY "동") AS "n" FROM "_s1")
-- 3: fields pnu, 합, n
, "_s3" AS (SELECT "pnu", "합", "n" FROM "_s2")
SELECT * FROM "_s3"
