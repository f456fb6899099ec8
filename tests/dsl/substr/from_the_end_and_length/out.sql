-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: substr pnu -8 4
, "_s2" AS (SELECT *, substr(right("pnu", 8), 1, 4) AS "substr" FROM "_s1")
-- 3: fields substr
, "_s3" AS (SELECT "substr" FROM "_s2")
SELECT * FROM "_s3"
