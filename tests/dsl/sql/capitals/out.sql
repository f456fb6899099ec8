-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: sql "select a, B from angora where C > 11"
, "_s2" AS (WITH "prev" AS (SELECT "A", "B", "C" FROM "_s1"), "angora" AS (SELECT * FROM "prev") SELECT "A", "B" FROM angora WHERE "C" > 11)
SELECT * FROM "_s2"
