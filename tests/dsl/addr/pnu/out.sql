-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr PNU=1111010100*
, "_s2" AS (SELECT * FROM "_s1" WHERE "pnu" LIKE '1111010100%' ESCAPE '\')
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
