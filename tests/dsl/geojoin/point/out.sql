-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 4
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 4)
-- 4: eval lon = st_x(st_pointonsurface(geometry)), lat = st_y(st_pointonsurface(geometry))
, "_s4" AS (SELECT *, st_x(st_pointonsurface("geometry")) AS "lon" FROM "_s3")
, "_s4_1" AS (SELECT *, st_y(st_pointonsurface("geometry")) AS "lat" FROM "_s4")
-- 5: fields pnu as p, lon, lat
, "_s5" AS (SELECT "pnu" AS "p", "lon", "lat" FROM "_s4_1")
-- 6: geojoin by=point keep=pnu on_ambiguous=first
, "_s6" AS (SELECT * FROM "parcel")
, "_s6_1" AS (SELECT *, row_number() OVER () AS "_row", st_point("lon", "lat", 4326) AS "_point" FROM "_s5")
, "_s6_2" AS (SELECT "l"."p" AS "p", "l"."lon" AS "lon", "l"."lat" AS "lat", "l"."_row" AS "_row", "r"."pnu" AS "pnu", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN 'none' ELSE 'exact' END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s6_1" AS "l" LEFT OUTER JOIN "_s6" AS "r" ON st_intersects("r"."geometry", "l"."_point"))
, "_s6_3" AS (SELECT "p", "lon", "lat", "pnu", "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s6_2" WHERE "_number" = 1)
-- 7: eval 같음 = p = pnu
, "_s7" AS (SELECT *, "p" = "pnu" AS "같음" FROM "_s6_3")
-- 8: fields p, 같음
, "_s8" AS (SELECT "p", "같음" FROM "_s7")
SELECT * FROM "_s8" ORDER BY "p" ASC NULLS FIRST
