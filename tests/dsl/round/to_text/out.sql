-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: round 1 col=[C] toString=True
, "_s2" AS (SELECT "A", "B", CAST(round("C", 1) AS VARCHAR) AS "C" FROM "_s1")
-- 3: describe
, "_s3" AS (SELECT * FROM (VALUES ('A', 'bigint', true, 0), ('B', 'text', true, 1), ('C', 'text', true, 2)) AS "_columns" ("column", "type", "nullable", "_order_0"))
SELECT "column", "type", "nullable" FROM "_s3" ORDER BY "_order_0" ASC NULLS FIRST
