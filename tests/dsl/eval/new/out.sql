-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 평 = 면적 / 3.305785
, "_s2" AS (SELECT *, "면적" / 3.305785 AS "평" FROM "_s1")
-- 3: fields pnu, 평
, "_s3" AS (SELECT "pnu", "평" FROM "_s2")
SELECT * FROM "_s3"
