-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 큰가 = if(면적 > 900, '큼', '작음')
, "_s2" AS (SELECT *, CASE WHEN "면적" > 900 THEN '큼' ELSE '작음' END AS "큰가" FROM "_s1")
-- 3: fields pnu, 큰가
, "_s3" AS (SELECT "pnu", "큰가" FROM "_s2")
SELECT * FROM "_s3"
