-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 3
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 3)
-- 4: eval a = bjd_nm || ' ' || jibun_format(pnu)
, "_s4" AS (SELECT *, ("bjd_nm" || ' ') || jibun_format("pnu") AS "a" FROM "_s3")
-- 5: fields a, pnu as p
, "_s5" AS (SELECT "a", "pnu" AS "p" FROM "_s4")
-- 6: geojoin by=jibun addr=a keep=pnu
, "_s6" AS (SELECT * FROM "parcel")
, "_s6_1" AS (SELECT *, row_number() OVER () AS "_row", addr_pnu("a", CAST('2021-05-01' AS DATE)) AS "_key", addr_status("a", CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status("a", CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s5")
, "_s6_2" AS (SELECT "l"."a" AS "a", "l"."p" AS "p", "l"."_row" AS "_row", "r"."pnu" AS "pnu", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s6_1" AS "l" LEFT OUTER JOIN "_s6" AS "r" ON "r"."pnu" = "l"."_key")
, "_s6_3" AS (SELECT "a", "p", CASE WHEN "_fitting" > 1 THEN NULL ELSE "pnu" END AS "pnu", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s6_2" WHERE "_number" = 1)
-- 7: eval 같음 = p = pnu
, "_s7" AS (SELECT *, "p" = "pnu" AS "같음" FROM "_s6_3")
-- 8: fields a, 같음, match_status
, "_s8" AS (SELECT "a", "같음", "match_status", "p" AS "_order_1" FROM "_s7")
SELECT "a", "같음", "match_status" FROM "_s8" ORDER BY "_order_1" ASC NULLS FIRST
