-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats avg(면적) as a by 동
, "_s2" AS (SELECT "동", avg("면적") AS "a" FROM "_s1" GROUP BY 1)
-- 3: describe
, "_s3" AS (SELECT * FROM (VALUES ('동', 'text', true, 0), ('a', 'real', true, 1)) AS "_columns" ("column", "type", "nullable", "_order_0"))
SELECT "column", "type", "nullable" FROM "_s3" ORDER BY "_order_0" ASC NULLS FIRST
