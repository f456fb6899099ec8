-- 1: model right_model
WITH "_s1" AS (SELECT * FROM "right_model")
-- 2: dedup 1 A by +D
, "_s2" AS (SELECT * FROM "_s1" QUALIFY row_number() OVER (PARTITION BY "A" ORDER BY "D" ASC NULLS FIRST) <= 1)
SELECT * FROM "_s2"
