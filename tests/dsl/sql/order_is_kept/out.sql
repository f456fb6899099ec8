-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sql $$ SELECT pnu, 면적 FROM prev ORDER BY 면적 DESC $$
, "_s2" AS (WITH "prev" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s1"), "angora" AS (SELECT * FROM "prev") SELECT pnu, 면적 FROM prev ORDER BY 면적 DESC)
-- 3: head 2
, "_s3" AS (SELECT * FROM "_s2" ORDER BY "면적" DESC NULLS LAST LIMIT 2)
SELECT * FROM "_s3" ORDER BY "면적" DESC NULLS LAST
