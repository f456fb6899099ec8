-- 1: model right_model
WITH "_s1" AS (SELECT * FROM "right_model")
-- 2: distinct A, D
, "_s2" AS (SELECT DISTINCT "A", "D" FROM "_s1")
SELECT * FROM "_s2"
