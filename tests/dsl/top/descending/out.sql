-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: top 2 -면적
, "_s2" AS (SELECT * FROM "_s1" ORDER BY "면적" DESC NULLS LAST LIMIT 2)
SELECT * FROM "_s2" ORDER BY "면적" DESC NULLS LAST
