-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 지목 <=> null
, "_s2" AS (SELECT * FROM "_s1" WHERE "지목" IS NOT DISTINCT FROM NULL)
SELECT * FROM "_s2"
