-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 동 || 순번 = '신교동2'
, "_s2" AS (SELECT * FROM "_s1" WHERE ("동" || "순번") = '신교동2')
SELECT * FROM "_s2"
