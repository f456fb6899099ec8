-- 1: model name='토지'
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields pnu
, "_s2" AS (SELECT "pnu" FROM "_s1")
SELECT * FROM "_s2"
