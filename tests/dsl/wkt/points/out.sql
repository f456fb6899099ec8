-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: eval g = st_point(lon, lat, 4326)
, "_s2" AS (SELECT *, st_point("lon", "lat", 4326) AS "g" FROM "_s1")
-- 3: wkt geocol=g
, "_s3" AS (SELECT "id", "lon", "lat", "이름", st_astext("g") AS "g" FROM "_s2")
-- 4: fields id, g
, "_s4" AS (SELECT "id", "g" FROM "_s3")
-- 5: sort id
SELECT * FROM "_s4" ORDER BY "id" ASC NULLS FIRST
