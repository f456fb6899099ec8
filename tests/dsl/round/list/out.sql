-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: round [0,1] col=[A, C]
, "_s2" AS (SELECT round("A", 0) AS "A", "B", round("C", 1) AS "C" FROM "_s1")
SELECT * FROM "_s2"
