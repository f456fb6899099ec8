-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: round 0 idx=[2]
, "_s2" AS (SELECT "A", "B", round("C", 0) AS "C" FROM "_s1")
SELECT * FROM "_s2"
