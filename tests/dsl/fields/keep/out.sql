-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields pnu, 지목
, "_s2" AS (SELECT "pnu", "지목" FROM "_s1")
SELECT * FROM "_s2"
