-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: fields id, 비고
, "_s2" AS (SELECT "id", "비고" FROM "_s1")
-- 3: explode sep=',' col=비고
, "_s3" AS (SELECT "id", unnest(string_to_array("비고", ',')) AS "비고" FROM "_s2")
-- 4: count
, "_s4" AS (SELECT count(*) AS "count" FROM "_s3")
SELECT * FROM "_s4"
