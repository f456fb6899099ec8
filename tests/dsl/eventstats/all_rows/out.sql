-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eventstats avg(면적) as 평균
, "_s2" AS (SELECT *, avg("면적") OVER () AS "평균" FROM "_s1")
-- 3: fields pnu, 평균
, "_s3" AS (SELECT "pnu", "평균" FROM "_s2")
SELECT * FROM "_s3"
