-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort pnu
-- 3: numbering `New Col`
, "_s3" AS (SELECT row_number() OVER (ORDER BY "pnu" ASC NULLS FIRST) AS "New Col", "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1")
-- 4: head 1
, "_s4" AS (SELECT * FROM "_s3" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 5: fields `New Col`
, "_s5" AS (SELECT "New Col", "pnu" AS "_order_1" FROM "_s4")
SELECT "New Col" FROM "_s5" ORDER BY "_order_1" ASC NULLS FIRST
