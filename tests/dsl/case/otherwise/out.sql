-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: case when 면적 * 3 + 4 > 900 then 'TRUE' otherwise 'FALSE'
, "_s2" AS (SELECT *, CASE WHEN (("면적" * 3) + 4) > 900 THEN 'TRUE' ELSE 'FALSE' END AS "result" FROM "_s1")
-- 3: fields pnu, result
, "_s3" AS (SELECT "pnu", "result" FROM "_s2")
SELECT * FROM "_s3"
