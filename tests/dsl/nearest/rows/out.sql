-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: nearest k=2 lon=lon lat=lat within=3km
, "_s2" AS (SELECT * FROM "parcel")
, "_s2_1" AS (SELECT *, row_number() OVER () AS "_row", st_point("lon", "lat", 4326) AS "_point" FROM "_s1")
, "_s2_2" AS (SELECT "l"."id" AS "id", "l"."lon" AS "lon", "l"."lat" AS "lat", "l"."이름" AS "이름", "l"."_row" AS "_row", "r"."pnu" AS "pnu", "r"."geometry" AS "geometry", st_distance(st_transform("r"."geometry", 5186), st_transform("l"."_point", 5186)) AS "distance_m" FROM "_s2_1" AS "l" LEFT OUTER JOIN "_s2" AS "r" ON st_intersects("r"."geometry", st_expand("l"."_point", 0.03529411764705882)) AND (st_distance(st_transform("r"."geometry", 5186), st_transform("l"."_point", 5186)) <= 3000))
, "_s2_3" AS (SELECT * FROM "_s2_2" QUALIFY row_number() OVER (PARTITION BY "_row" ORDER BY "distance_m" ASC NULLS FIRST, "pnu" ASC NULLS FIRST) <= 2)
-- 3: stats count(pnu) as n, count(geometry) as g, max(distance_m) <= 3000 as 가까움 by id
, "_s3" AS (SELECT "id", count("pnu") AS "n", count("geometry") AS "g", max("distance_m") <= 3000 AS "가까움" FROM "_s2_3" GROUP BY 1)
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
