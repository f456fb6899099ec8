-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: stats count(*) as n by a
, "_s2" AS (SELECT "A" AS "a", count(*) AS "n" FROM "_s1" GROUP BY 1)
-- 3: sort a
SELECT * FROM "_s2" ORDER BY "a" ASC NULLS FIRST
