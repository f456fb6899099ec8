-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats count(*) as 개수, avg(면적) as 평균
, "_s2" AS (SELECT count(*) AS "개수", avg("면적") AS "평균" FROM "_s1")
SELECT * FROM "_s2"
