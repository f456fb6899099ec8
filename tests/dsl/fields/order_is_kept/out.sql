-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -면적
-- 3: fields pnu
, "_s3" AS (SELECT "pnu", "면적" AS "_order_1" FROM "_s1")
-- 4: head 2
, "_s4" AS (SELECT * FROM "_s3" ORDER BY "_order_1" DESC NULLS LAST LIMIT 2)
SELECT "pnu" FROM "_s4" ORDER BY "_order_1" DESC NULLS LAST
