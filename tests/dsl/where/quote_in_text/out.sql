-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 지목 = '대''지' or 지목 = "전"
, "_s2" AS (SELECT * FROM "_s1" WHERE ("지목" = '대''지') OR ("지목" = '전'))
SELECT * FROM "_s2"
