-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: eval 가운데 = st_centroid(geometry)
, "_s2" AS (SELECT *, st_centroid("geometry") AS "가운데" FROM "_s1")
-- 3: nearest k=1 lon=126.9784 lat=37.5857 geocol=가운데
, "_s3" AS (SELECT *, st_distance(st_transform("가운데", 5186), st_transform(st_point(126.9784, 37.5857, 4326), 5186)) AS "distance_m" FROM "_s2")
, "_s3_1" AS (SELECT * FROM "_s3" ORDER BY "distance_m" ASC NULLS FIRST, "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: eval 같음 = abs(distance_m - st_distance(st_transform(가운데, 5186), st_transform(st_point(126.9784, 37.5857, 4326), 5186))) < 0.001
, "_s4" AS (SELECT *, abs("distance_m" - st_distance(st_transform("가운데", 5186), st_transform(st_point(126.9784, 37.5857, 4326), 5186))) < 0.001 AS "같음" FROM "_s3_1")
-- 5: fields 같음
, "_s5" AS (SELECT "같음", "distance_m" AS "_order_1", "pnu" AS "_order_2" FROM "_s4")
SELECT "같음" FROM "_s5" ORDER BY "_order_1" ASC NULLS FIRST, "_order_2" ASC NULLS FIRST
