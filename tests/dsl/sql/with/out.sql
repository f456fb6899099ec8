-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sql $$ WITH big AS (SELECT * FROM prev WHERE 면적 > 1000) SELECT count(*) AS n FROM big $$
, "_s2" AS (WITH "prev" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1"), "angora" AS (SELECT * FROM "prev"), big AS (SELECT * FROM prev WHERE 면적 > 1000) SELECT count(*) AS n FROM big)
SELECT * FROM "_s2"
