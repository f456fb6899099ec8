-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: concat 동, 순번 as 이름
, "_s2" AS (SELECT *, concat("동", CAST("순번" AS VARCHAR)) AS "이름" FROM "_s1")
-- 3: fields 이름
, "_s3" AS (SELECT "이름" FROM "_s2")
SELECT * FROM "_s3"
