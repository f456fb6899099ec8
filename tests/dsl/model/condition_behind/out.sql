-- 1: model 토지 지목='대' 면적>200
WITH "_s1" AS (SELECT * FROM "토지")
, "_s1_1" AS (SELECT * FROM "_s1" WHERE ("지목" = '대') AND ("면적" > 200))
SELECT * FROM "_s1_1"
