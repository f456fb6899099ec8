-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: dedup 동 by -면적
, "_s2" AS (SELECT * FROM "_s1" QUALIFY row_number() OVER (PARTITION BY "동" ORDER BY "면적" DESC NULLS LAST) <= 1)
-- 3: fields 동, pnu
, "_s3" AS (SELECT "동", "pnu" FROM "_s2")
SELECT * FROM "_s3"
