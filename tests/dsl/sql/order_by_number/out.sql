-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sql $$ SELECT pnu, 순번 FROM prev ORDER BY 2 DESC, 1 $$
, "_s2" AS (WITH "prev" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1"), "angora" AS (SELECT * FROM "prev") SELECT pnu, 순번 FROM prev ORDER BY 2 DESC, 1)
SELECT * FROM "_s2" ORDER BY "순번" DESC NULLS LAST, "pnu" ASC NULLS FIRST
