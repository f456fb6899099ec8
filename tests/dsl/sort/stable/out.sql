-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort pnu
-- 3: sort -순번
SELECT * FROM "_s1" ORDER BY "순번" DESC NULLS LAST, "pnu" ASC NULLS FIRST
