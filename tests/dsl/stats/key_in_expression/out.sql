-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats max(면적) + 순번 as a by 순번
, "_s2" AS (SELECT "순번", max("면적") + "순번" AS "a" FROM "_s1" GROUP BY 1)
-- 3: sort 순번
SELECT * FROM "_s2" ORDER BY "순번" ASC NULLS FIRST
