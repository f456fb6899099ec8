-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: nearest k=3 lon=126.9784 lat=37.5857
, "_s2" AS (SELECT *, st_distance(st_transform("geometry", 5186), st_transform(st_point(126.9784, 37.5857, 4326), 5186)) AS "distance_m" FROM "_s1")
, "_s2_1" AS (SELECT * FROM "_s2" ORDER BY "distance_m" ASC NULLS FIRST, "pnu" ASC NULLS FIRST LIMIT 3)
-- 3: eval 앞 = distance_m
, "_s3" AS (SELECT *, "distance_m" AS "앞" FROM "_s2_1")
-- 4: lag 앞 by distance_m
, "_s4" AS (SELECT *, lag("앞", 1) OVER (ORDER BY "distance_m" ASC NULLS FIRST) AS "lag_앞" FROM "_s3")
-- 5: stats count(*) as n by lag_앞 <= distance_m as 순서
, "_s5" AS (SELECT "lag_앞" <= "distance_m" AS "순서", count(*) AS "n" FROM "_s4" GROUP BY 1)
-- 6: sort 순서
SELECT * FROM "_s5" ORDER BY "순서" ASC NULLS FIRST
