-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: geofilter op=within filter=POLYGON((126.9 37.5, 127.1 37.5, 127.1 37.7, 126.9 37.7, 126.9 37.5))
, "_s2" AS (SELECT * FROM "_s1" WHERE st_within("geometry", st_geomfromtext('POLYGON((126.9 37.5, 127.1 37.5, 127.1 37.7, 126.9 37.7, 126.9 37.5))', 4326)))
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
