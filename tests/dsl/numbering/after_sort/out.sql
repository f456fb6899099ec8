-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -pnu
-- 3: numbering
, "_s3" AS (SELECT row_number() OVER (ORDER BY "pnu" DESC NULLS LAST) AS "numbering", "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1")
-- 4: fields numbering, pnu
, "_s4" AS (SELECT "numbering", "pnu" FROM "_s3")
SELECT * FROM "_s4" ORDER BY "pnu" DESC NULLS LAST
