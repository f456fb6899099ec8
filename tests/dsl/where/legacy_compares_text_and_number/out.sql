-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "public"."거래")
-- 2: where pnu > 2000000000000000000
, "_s2" AS (SELECT * FROM "_s1" WHERE TRY_CAST("pnu" AS DOUBLE) > 2000000000000000000)
SELECT * FROM "_s2"
