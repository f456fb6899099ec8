-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: modeldata [[a],[0],[1]]
, "_s2" AS (SELECT "a" FROM (VALUES (0), (1)) AS "_rows" ("a"))
SELECT * FROM "_s2"
