-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields 동, *
, "_s2" AS (SELECT "동", "pnu", "지목", "면적", "공시지가", "취득일", "순번" FROM "_s1")
SELECT * FROM "_s2"
