-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields pnu as 번호, 동 as 마을
, "_s2" AS (SELECT "pnu" AS "번호", "동" AS "마을" FROM "_s1")
SELECT * FROM "_s2"
