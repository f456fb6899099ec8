-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: unpivot A B
, "_s2" AS (SELECT "C", 'A' AS "key", CAST("A" AS VARCHAR) AS "value" FROM "_s1" UNION ALL SELECT "C", 'B' AS "key", CAST("B" AS VARCHAR) AS "value" FROM "_s1")
-- 3: sort key, value
SELECT * FROM "_s2" ORDER BY "key" ASC NULLS FIRST, "value" ASC NULLS FIRST
