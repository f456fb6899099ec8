-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 공시지가 is not null and 면적 is not null
, "_s2" AS (SELECT * FROM "_s1" WHERE ("공시지가" IS NOT NULL) AND ("면적" IS NOT NULL))
SELECT * FROM "_s2"
