-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: bbox 126.9,37.5,127.1,37.7
, "_s2" AS (SELECT * FROM "_s1" WHERE st_intersects("geometry", st_makeenvelope(126.9, 37.5, 127.1, 37.7, 4326)))
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
