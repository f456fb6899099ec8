-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval a = 순번 + 1, b = a * 2
, "_s2" AS (SELECT *, "순번" + 1 AS "a" FROM "_s1")
, "_s2_1" AS (SELECT *, "a" * 2 AS "b" FROM "_s2")
-- 3: fields a, b
, "_s3" AS (SELECT "a", "b" FROM "_s2_1")
SELECT * FROM "_s3"
