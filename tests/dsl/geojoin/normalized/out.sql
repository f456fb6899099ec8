-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 3
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 3)
-- 4: eval 번호 = ' ' || pnu || '-'
, "_s4" AS (SELECT *, ('  ' || "pnu") || '-' AS "번호" FROM "_s3")
-- 5: fields 번호
, "_s5" AS (SELECT "번호", "pnu" AS "_order_1" FROM "_s4")
-- 6: geojoin by=pnu pnu=번호 keep=emd_nm
, "_s6" AS (SELECT * FROM "parcel")
, "_s6_1" AS (SELECT "번호", row_number() OVER () AS "_row", regexp_replace("번호", '[^0-9]', '', 'g') AS "_key", CASE WHEN "번호" = regexp_replace("번호", '[^0-9]', '', 'g') THEN 'exact' ELSE 'normalized' END AS "_status", 'none' AS "_unmatched", "_order_1" FROM "_s5")
, "_s6_2" AS (SELECT "l"."번호" AS "번호", "l"."_row" AS "_row", "l"."_order_1" AS "_order_1", "r"."emd_nm" AS "emd_nm", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s6_1" AS "l" LEFT OUTER JOIN "_s6" AS "r" ON "r"."pnu" = "l"."_key")
, "_s6_3" AS (SELECT "번호", CASE WHEN "_fitting" > 1 THEN NULL ELSE "emd_nm" END AS "emd_nm", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status", "_order_1" FROM "_s6_2" WHERE "_number" = 1)
-- 7: fields emd_nm, match_status
, "_s7" AS (SELECT "emd_nm", "match_status", "_order_1" FROM "_s6_3")
SELECT "emd_nm", "match_status" FROM "_s7" ORDER BY "_order_1" ASC NULLS FIRST
