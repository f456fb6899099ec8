-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields -*지*
, "_s2" AS (SELECT "pnu", "면적", "취득일", "동", "순번" FROM "_s1")
SELECT * FROM "_s2"
