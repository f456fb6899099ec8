-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: geojoin by=point lon=lon lat=lat level=sgg keep=sgg_nm
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'sigungu')
, "_s2_2" AS (SELECT *, row_number() OVER () AS "_row", st_point("lon", "lat", 4326) AS "_point" FROM "_s1")
, "_s2_3" AS (SELECT "l"."id" AS "id", "l"."lon" AS "lon", "l"."lat" AS "lat", "l"."이름" AS "이름", "l"."_row" AS "_row", "r"."sgg_nm" AS "sgg_nm", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN 'none' ELSE 'exact' END AS "match_status", count("r"."code") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."code" ASC NULLS FIRST) AS "_number" FROM "_s2_2" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON st_intersects("r"."geometry", "l"."_point"))
, "_s2_4" AS (SELECT "id", "lon", "lat", "이름", CASE WHEN "_fitting" > 1 THEN NULL ELSE "sgg_nm" END AS "sgg_nm", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s2_3" WHERE "_number" = 1)
-- 3: fields id, sgg_nm, match_status
, "_s3" AS (SELECT "id", "sgg_nm", "match_status" FROM "_s2_4")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
