-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: calculate A * C - 1
, "_s2" AS (SELECT *, ("A" * "C") - 1 AS "calculated" FROM "_s1")
SELECT * FROM "_s2"
