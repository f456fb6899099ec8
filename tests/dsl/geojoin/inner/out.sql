-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 5
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 5)
-- 4: fields pnu as 번호
, "_s4" AS (SELECT "pnu" AS "번호" FROM "_s3")
-- 5: geojoin by=pnu pnu=번호 type=inner keep=jimok
, "_s5" AS (SELECT * FROM "parcel")
, "_s5_1" AS (SELECT *, row_number() OVER () AS "_row", regexp_replace("번호", '[^0-9]', '', 'g') AS "_key", CASE WHEN "번호" = regexp_replace("번호", '[^0-9]', '', 'g') THEN 'exact' ELSE 'normalized' END AS "_status", 'none' AS "_unmatched" FROM "_s4")
, "_s5_2" AS (SELECT "l"."번호" AS "번호", "l"."_row" AS "_row", "r"."jimok" AS "jimok", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s5_1" AS "l" INNER JOIN "_s5" AS "r" ON "r"."pnu" = "l"."_key")
, "_s5_3" AS (SELECT "번호", CASE WHEN "_fitting" > 1 THEN NULL ELSE "jimok" END AS "jimok", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s5_2" WHERE "_number" = 1)
-- 6: fields 번호, match_status
, "_s6" AS (SELECT "번호", "match_status" FROM "_s5_3")
SELECT * FROM "_s6" ORDER BY "번호" ASC NULLS FIRST
