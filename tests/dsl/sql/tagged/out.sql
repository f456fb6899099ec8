-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sql $q$ SELECT pnu FROM prev WHERE pnu LIKE '%$$%' OR 순번 = 1 $q$
, "_s2" AS (WITH "prev" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1"), "angora" AS (SELECT * FROM "prev") SELECT pnu FROM prev WHERE pnu LIKE '%$$%' OR 순번 = 1)
SELECT * FROM "_s2"
