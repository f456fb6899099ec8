-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fillna 지목, 면적
, "_s2" AS (SELECT * FROM "_s1" WHERE ("지목" IS NOT NULL) AND ("면적" IS NOT NULL))
SELECT * FROM "_s2"
