-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort 3 -공시지가
, "_s2" AS (SELECT * FROM "_s1" ORDER BY "공시지가" DESC NULLS LAST LIMIT 3)
SELECT * FROM "_s2" ORDER BY "공시지가" DESC NULLS LAST
