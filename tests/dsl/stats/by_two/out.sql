-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats sum(면적) as s by 동, 순번
, "_s2" AS (SELECT "동", "순번", sum("면적") AS "s" FROM "_s1" GROUP BY 1, 2)
-- 3: sort 동, 순번
SELECT * FROM "_s2" ORDER BY "동" ASC NULLS FIRST, "순번" ASC NULLS FIRST
