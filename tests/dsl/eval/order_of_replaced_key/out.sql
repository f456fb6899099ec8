-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -순번, pnu
-- 3: eval 순번 = 0
, "_s3" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", 0 AS "순번", "순번" AS "_order_1" FROM "_s1")
-- 4: fields pnu, 순번
, "_s4" AS (SELECT "pnu", "순번", "_order_1" FROM "_s3")
SELECT "pnu", "순번" FROM "_s4" ORDER BY "_order_1" DESC NULLS LAST, "pnu" ASC NULLS FIRST
