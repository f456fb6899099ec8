-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: substr pnu 1 5 as 시군구
, "_s2" AS (SELECT *, substr("pnu", 1, 5) AS "시군구" FROM "_s1")
-- 3: fields 시군구
, "_s3" AS (SELECT "시군구" FROM "_s2")
SELECT * FROM "_s3"
