-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: concat 동, "-", 지목, "-", 순번
, "_s2" AS (SELECT *, concat("동", '-', "지목", '-', CAST("순번" AS VARCHAR)) AS "concat" FROM "_s1")
-- 3: fields concat
, "_s3" AS (SELECT "concat" FROM "_s2")
SELECT * FROM "_s3"
