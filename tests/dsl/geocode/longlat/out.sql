-- 1: mkdata [['126.9780, 37.5665'], ['x']] ['c']
WITH "_s1" AS (SELECT "c" FROM (VALUES ('126.9780, 37.5665'), ('x')) AS "_rows" ("c"))
-- 2: geocode codetype=LONGLAT COORD=c
, "_s2" AS (SELECT * FROM "parcel")
, "_s2_1" AS (SELECT *, row_number() OVER () AS "_row", st_point(TRY_CAST(trim(split_part("c", ',', 1)) AS DOUBLE), TRY_CAST(trim(split_part("c", ',', 2)) AS DOUBLE), 4326) AS "_point" FROM "_s1")
, "_s2_2" AS (SELECT "l"."c" AS "c", "l"."_row" AS "_row", "r"."geometry" AS "GEOMETRY", CASE WHEN "r"."pnu" IS NULL THEN 'none' ELSE 'exact' END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s2_1" AS "l" LEFT OUTER JOIN "_s2" AS "r" ON st_intersects("r"."geometry", "l"."_point"))
, "_s2_3" AS (SELECT "c", CASE WHEN "_fitting" > 1 THEN NULL ELSE "GEOMETRY" END AS "GEOMETRY", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s2_2" WHERE "_number" = 1)
-- 3: fields c, match_status
, "_s3" AS (SELECT "c", "match_status" FROM "_s2_3")
-- 4: sort c
SELECT * FROM "_s3" ORDER BY "c" ASC NULLS FIRST
