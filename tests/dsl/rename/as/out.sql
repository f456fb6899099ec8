-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: rename 지목 as 용도
, "_s2" AS (SELECT "pnu", "지목" AS "용도", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1")
-- 3: where 용도 = '대'
, "_s3" AS (SELECT * FROM "_s2" WHERE "용도" = '대')
-- 4: fields pnu
, "_s4" AS (SELECT "pnu" FROM "_s3")
SELECT * FROM "_s4"
