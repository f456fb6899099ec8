-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort 1 -면적 by -동
, "_s2" AS (SELECT * FROM "_s1" QUALIFY row_number() OVER (PARTITION BY "동" ORDER BY "면적" DESC NULLS LAST) <= 1)
SELECT * FROM "_s2" ORDER BY "동" DESC NULLS LAST, "면적" DESC NULLS LAST
