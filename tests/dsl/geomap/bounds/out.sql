-- 1: mkdata [['종로구']] ['a']
WITH "_s1" AS (SELECT "a" FROM (VALUES ('종로구')) AS "_rows" ("a"))
-- 2: geomap sgg a bounds(37, 126, 38, 128)
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'sigungu')
, "_s2_2" AS (SELECT *, rpad(substr(addr_bjd("a", CAST('2021-05-01' AS DATE)), 1, 5), 10, '0') AS "_key", addr_status("a", CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status("a", CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_3" AS (SELECT "l"."a" AS "a", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s2_2" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON "r"."code" = "l"."_key")
, "_s2_4" AS (SELECT * FROM "_s2_3" WHERE st_intersects("geometry", st_makeenvelope(126, 37, 128, 38, 4326)))
, "_s2_5" AS (SELECT *, 'sgg' AS "collection" FROM "_s2_4")
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2_5")
SELECT * FROM "_s3"
