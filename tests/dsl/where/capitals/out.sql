-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: where a > 1
, "_s2" AS (SELECT * FROM "_s1" WHERE "A" > 1)
SELECT * FROM "_s2"
