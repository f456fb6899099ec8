-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 지목 = '대' or 지목 = '전' and 순번 = 2
, "_s2" AS (SELECT * FROM "_s1" WHERE ("지목" = '대') OR (("지목" = '전') AND ("순번" = 2)))
SELECT * FROM "_s2"
