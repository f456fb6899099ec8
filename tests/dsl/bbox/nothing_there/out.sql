-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: bbox 0,0,1,1
, "_s2" AS (SELECT * FROM "_s1" WHERE st_intersects("geometry", st_makeenvelope(0, 0, 1, 1, 4326)))
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
