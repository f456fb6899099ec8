-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: case when 지목='대' and 순번 = 1 then 'a' when 면적 = 990 then 'b' otherwise 0 as `test result`
, "_s2" AS (SELECT *, CASE WHEN ("지목" = '대') AND ("순번" = 1) THEN 'a' WHEN "면적" = 990 THEN 'b' ELSE CAST(0 AS VARCHAR) END AS "test result" FROM "_s1")
-- 3: fields pnu, `test result`
, "_s3" AS (SELECT "pnu", "test result" FROM "_s2")
SELECT * FROM "_s3"
