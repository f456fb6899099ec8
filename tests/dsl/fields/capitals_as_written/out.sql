-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: fields a, b
, "_s2" AS (SELECT "A" AS "a", "B" AS "b" FROM "_s1")
SELECT * FROM "_s2"
