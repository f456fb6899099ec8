-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: top 2 +pnu
, "_s2" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 2)
SELECT * FROM "_s2" ORDER BY "pnu" ASC NULLS FIRST
