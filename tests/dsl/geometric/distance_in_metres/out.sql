-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: geometric op=distance intype=LONGLAT x_col=lon y_col=lat filter=POINT(126.9780 37.5665)
, "_s2" AS (SELECT *, st_distance(st_transform(st_point("lon", "lat", 4326), 5186), st_transform(st_geomfromtext('POINT(126.9780 37.5665)', 4326), 5186)) AS "distance_m" FROM "_s1")
-- 3: eval 멂 = distance_m > 500
, "_s3" AS (SELECT *, "distance_m" > 500 AS "멂" FROM "_s2")
-- 4: fields id, 멂
, "_s4" AS (SELECT "id", "멂" FROM "_s3")
-- 5: sort id
SELECT * FROM "_s4" ORDER BY "id" ASC NULLS FIRST
