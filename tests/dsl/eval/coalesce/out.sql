-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 가 = nvl(공시지가, 0)
, "_s2" AS (SELECT *, coalesce("공시지가", 0) AS "가" FROM "_s1")
-- 3: fields pnu, 가
, "_s3" AS (SELECT "pnu", "가" FROM "_s2")
SELECT * FROM "_s3"
