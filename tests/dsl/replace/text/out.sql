-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: replace 동 "동" "마을"
, "_s2" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", replace("동", '동', '마을') AS "동", "순번" FROM "_s1")
-- 3: fields 동
, "_s3" AS (SELECT "동" FROM "_s2")
SELECT * FROM "_s3"
