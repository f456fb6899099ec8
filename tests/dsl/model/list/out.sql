-- 1: model list
WITH "_s1" AS (SELECT table_schema AS owner, table_name AS name, table_type AS type FROM information_schema.tables WHERE table_schema <> 'information_schema' ORDER BY owner, name)
-- 2: where name = 'parcel' or name = '토지'
, "_s2" AS (SELECT * FROM "_s1" WHERE ("name" = 'parcel') OR ("name" = '토지'))
-- 3: fields name, type
, "_s3" AS (SELECT "name", "type", "owner" AS "_order_1" FROM "_s2")
SELECT "name", "type" FROM "_s3" ORDER BY "_order_1" ASC NULLS FIRST, "name" ASC NULLS FIRST
