-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 지목 = "대"
, "_s2" AS (SELECT * FROM "_s1" WHERE "지목" = '대')
SELECT * FROM "_s2"
