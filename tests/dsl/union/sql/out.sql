-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: fields A, C
, "_s2" AS (SELECT "A", "C" FROM "_s1")
-- 3: union sql "select sum(a), sum(c) from angora" order by A
, "_s3" AS (WITH "prev" AS (SELECT "A", "C" FROM "_s2"), "angora" AS (SELECT * FROM "prev") SELECT sum("A"), sum("C") FROM angora)
, "_s3_1" AS (SELECT "A", "C" FROM "_s2" UNION SELECT "sum(angora.A)", "sum(angora.C)" FROM "_s3")
SELECT * FROM "_s3_1" ORDER BY "A" ASC NULLS FIRST
