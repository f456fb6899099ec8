-- 1: search 순번 = 1
WITH "_s1" AS (SELECT * FROM "토지")
, "_s1_1" AS (SELECT * FROM "_s1" WHERE "순번" = 1)
-- 2: fields pnu, 지목
, "_s2" AS (SELECT "pnu", "지목" FROM "_s1_1")
SELECT * FROM "_s2"
