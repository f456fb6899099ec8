-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: nearest k=1000 lon=126.9784 lat=37.5857 within=500m
, "_s2" AS (SELECT * FROM "_s1" WHERE st_intersects("geometry", st_expand(st_point(126.9784, 37.5857, 4326), 0.0058823529411764705)))
, "_s2_1" AS (SELECT *, st_distance(st_transform("geometry", 5186), st_transform(st_point(126.9784, 37.5857, 4326), 5186)) AS "distance_m" FROM "_s2")
, "_s2_2" AS (SELECT * FROM "_s2_1" WHERE "distance_m" <= 500)
, "_s2_3" AS (SELECT * FROM "_s2_2" ORDER BY "distance_m" ASC NULLS FIRST, "pnu" ASC NULLS FIRST LIMIT 1000)
-- 3: stats count(*) as n, max(distance_m) <= 500 as 가까움
, "_s3" AS (SELECT count(*) AS "n", max("distance_m") <= 500 AS "가까움" FROM "_s2_3")
SELECT * FROM "_s3"
