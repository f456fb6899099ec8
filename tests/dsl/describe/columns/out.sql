-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: describe
, "_s2" AS (SELECT * FROM (VALUES ('pnu', 'text', true, 0), ('지목', 'text', true, 1), ('면적', 'real', true, 2), ('공시지가', 'bigint', true, 3), ('취득일', 'date', true, 4), ('동', 'text', true, 5), ('순번', 'bigint', true, 6)) AS "_columns" ("column", "type", "nullable", "_order_0"))
SELECT "column", "type", "nullable" FROM "_s2" ORDER BY "_order_0" ASC NULLS FIRST
