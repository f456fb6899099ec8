-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: nearest k=3 lon=126.9784 lat=37.5857
, "_s2" AS (SELECT *, st_distance(st_transform("geometry", 5186), st_transform(st_point(126.9784, 37.5857, 4326), 5186)) AS "distance_m" FROM "_s1")
, "_s2_1" AS (SELECT * FROM "_s2" ORDER BY "distance_m" ASC NULLS FIRST, "pnu" ASC NULLS FIRST LIMIT 3)
-- 3: fields pnu
, "_s3" AS (SELECT "pnu", "distance_m" AS "_order_1" FROM "_s2_1")
-- 4: count
, "_s4" AS (SELECT count(*) AS "count" FROM "_s3")
SELECT * FROM "_s4"
