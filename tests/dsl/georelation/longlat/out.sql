-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: georelation op=within intype=LONGLAT x_col=lon y_col=lat filter=POLYGON((126.97 37.56, 126.98 37.56, 126.98 37.58, 126.97 37.58, 126.97 37.56))
, "_s2" AS (SELECT * FROM "_s1" WHERE st_within(st_point("lon", "lat", 4326), st_geomfromtext('POLYGON((126.97 37.56, 126.98 37.56, 126.98 37.58, 126.97 37.58, 126.97 37.56))', 4326)))
-- 3: fields id
, "_s3" AS (SELECT "id" FROM "_s2")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
