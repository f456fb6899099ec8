-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: count
, "_s2" AS (SELECT count(*) AS "count" FROM "_s1")
SELECT * FROM "_s2"
