-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: georelation intype=LONGLAT x_col=lon y_col=lat filter=POINT(126.9780 37.5665) circle_radius=1500
, "_s2" AS (SELECT * FROM "_s1" WHERE st_dwithin(st_transform(st_point("lon", "lat", 4326), 5186), st_transform(st_geomfromtext('POINT(126.9780 37.5665)', 4326), 5186), 1500))
-- 3: fields id
, "_s3" AS (SELECT "id" FROM "_s2")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
