-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: rename A `one one`, B `two two`
, "_s2" AS (SELECT "A" AS "one one", "B" AS "two two", "C" FROM "_s1")
SELECT * FROM "_s2"
