-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 면적 > 100
, "_s2" AS (SELECT * FROM "_s1" WHERE "면적" > 100)
-- 3: sql $$ SELECT 동, sum(면적) AS 합 FROM prev GROUP BY 동 $$
, "_s3" AS (WITH "prev" AS (SELECT "pnu", "지목", "면적", "공시지가", "취득일", "동", "순번" FROM "_s2"), "angora" AS (SELECT * FROM "prev") SELECT 동, sum(면적) AS 합 FROM prev GROUP BY 동)
-- 4: sort 동
SELECT * FROM "_s3" ORDER BY "동" ASC NULLS FIRST
