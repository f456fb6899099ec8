-- 1: mkdata [['청운동']] ['dong']
WITH "_s1" AS (SELECT "dong" FROM (VALUES ('청운동')) AS "_rows" ("dong"))
-- 2: geomap emd dong ALL
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'emd')
, "_s2_2" AS (SELECT *, rpad(substr(addr_bjd("dong", CAST('2021-05-01' AS DATE)), 1, 8), 10, '0') AS "_key", addr_status("dong", CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status("dong", CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_3" AS (SELECT "l"."dong" AS "dong", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s2_2" AS "l" RIGHT OUTER JOIN "_s2_1" AS "r" ON "r"."code" = "l"."_key")
, "_s2_4" AS (SELECT *, 'emd' AS "collection" FROM "_s2_3")
-- 3: stats count(*) as n, count(dong) as m
, "_s3" AS (SELECT count(*) AS "n", count("dong") AS "m" FROM "_s2_4")
SELECT * FROM "_s3"
