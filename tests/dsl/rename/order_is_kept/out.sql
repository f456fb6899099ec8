-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -순번, pnu
-- 3: rename 순번 n
, "_s3" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" AS "n" FROM "_s1")
-- 4: fields n, pnu
, "_s4" AS (SELECT "n", "pnu" FROM "_s3")
SELECT * FROM "_s4" ORDER BY "n" DESC NULLS LAST, "pnu" ASC NULLS FIRST
