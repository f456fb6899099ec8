-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: fields A, B
, "_s2" AS (SELECT "A", "B" FROM "_s1")
-- 3: append [model right_model | fields D, A]
, "_s3" AS (SELECT * FROM "right_model")
, "_s3_1" AS (SELECT "D", "A" FROM "_s3")
, "_s3_2" AS (SELECT "A", "B" FROM "_s2" UNION ALL BY NAME SELECT "D", "A" FROM "_s3_1")
-- 4: sort A, B, D
SELECT * FROM "_s3_2" ORDER BY "A" ASC NULLS FIRST, "B" ASC NULLS FIRST, "D" ASC NULLS FIRST
