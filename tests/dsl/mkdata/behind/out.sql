-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: mkdata [[1]] ['x']
, "_s2" AS (SELECT "x" FROM (VALUES (1)) AS "_rows" ("x"))
SELECT * FROM "_s2"
