-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where not 순번 = 1 and 면적 > 100
, "_s2" AS (SELECT * FROM "_s1" WHERE (NOT ("순번" = 1)) AND ("면적" > 100))
SELECT * FROM "_s2"
