-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -순번, pnu
-- 3: dedup 동
, "_s3" AS (SELECT * FROM "_s1" QUALIFY row_number() OVER (PARTITION BY "동" ORDER BY "순번" DESC NULLS LAST, "pnu" ASC NULLS FIRST) <= 1)
-- 4: fields 동, pnu
, "_s4" AS (SELECT "동", "pnu", "순번" AS "_order_1" FROM "_s3")
SELECT "동", "pnu" FROM "_s4" ORDER BY "_order_1" DESC NULLS LAST, "pnu" ASC NULLS FIRST
