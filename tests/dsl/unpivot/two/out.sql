-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: unpivot A C
, "_s2" AS (SELECT "B", 'A' AS "key", "A" AS "value" FROM "_s1" UNION ALL SELECT "B", 'C' AS "key", "C" AS "value" FROM "_s1")
-- 3: sort key, B
SELECT * FROM "_s2" ORDER BY "key" ASC NULLS FIRST, "B" ASC NULLS FIRST
