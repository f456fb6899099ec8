-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: fields pnu as p
, "_s2" AS (SELECT "pnu" AS "p" FROM "_s1")
-- 3: geojoin by=pnu pnu=p
, "_s3" AS (SELECT * FROM "parcel")
, "_s3_1" AS (SELECT *, row_number() OVER () AS "_row", regexp_replace("p", '[^0-9]', '', 'g') AS "_key", CASE WHEN "p" = regexp_replace("p", '[^0-9]', '', 'g') THEN 'exact' ELSE 'normalized' END AS "_status", 'none' AS "_unmatched" FROM "_s2")
, "_s3_2" AS (SELECT "l"."p" AS "p", "l"."_row" AS "_row", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s3_1" AS "l" LEFT OUTER JOIN "_s3" AS "r" ON "r"."pnu" = "l"."_key")
, "_s3_3" AS (SELECT "p", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s3_2" WHERE "_number" = 1)
-- 4: stats count(*) as n, count(geometry) as g by match_status
, "_s4" AS (SELECT "match_status", count(*) AS "n", count("geometry") AS "g" FROM "_s3_3" GROUP BY 1)
-- 5: sort match_status
SELECT * FROM "_s4" ORDER BY "match_status" ASC NULLS FIRST
