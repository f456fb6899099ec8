-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: where emd_nm = '청운동' and bubon = 0 and not san
, "_s2" AS (SELECT * FROM "_s1" WHERE (("emd_nm" = '청운동') AND ("bubon" = 0)) AND (NOT "san"))
-- 3: sort pnu
-- 4: head 1
, "_s4" AS (SELECT * FROM "_s2" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 5: fields sgg_nm as 구, emd_nm as 동, bonbun as 본, pnu as 찾을
, "_s5" AS (SELECT "sgg_nm" AS "구", "emd_nm" AS "동", "bonbun" AS "본", "pnu" AS "찾을" FROM "_s4")
-- 6: geojoin by=name sgg=구 emd=동 bonbun=본 keep=pnu
, "_s6" AS (SELECT * FROM "parcel")
, "_s6_1" AS (SELECT *, row_number() OVER () AS "_row", addr_pnu(concat_ws(' ', "구", "동", CAST("본" AS VARCHAR)), CAST('2021-05-01' AS DATE)) AS "_key", addr_status(concat_ws(' ', "구", "동", CAST("본" AS VARCHAR)), CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status(concat_ws(' ', "구", "동", CAST("본" AS VARCHAR)), CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s5")
, "_s6_2" AS (SELECT "l"."구" AS "구", "l"."동" AS "동", "l"."본" AS "본", "l"."찾을" AS "찾을", "l"."_row" AS "_row", "r"."pnu" AS "pnu", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s6_1" AS "l" LEFT OUTER JOIN "_s6" AS "r" ON "r"."pnu" = "l"."_key")
, "_s6_3" AS (SELECT "구", "동", "본", "찾을", CASE WHEN "_fitting" > 1 THEN NULL ELSE "pnu" END AS "pnu", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s6_2" WHERE "_number" = 1)
-- 7: eval 맞음 = pnu = 찾을
, "_s7" AS (SELECT *, "pnu" = "찾을" AS "맞음" FROM "_s6_3")
-- 8: fields 맞음, match_status
, "_s8" AS (SELECT "맞음", "match_status", "찾을" AS "_order_1" FROM "_s7")
SELECT "맞음", "match_status" FROM "_s8" ORDER BY "_order_1" ASC NULLS FIRST
