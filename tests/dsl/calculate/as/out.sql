-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: calculate A * (A + C) as x
, "_s2" AS (SELECT *, "A" * ("A" + "C") AS "x" FROM "_s1")
SELECT * FROM "_s2"
