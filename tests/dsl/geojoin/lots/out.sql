-- 1: mkdata [['종로구', '청운동', 1, 0], ['종로구', '청운동', 99999, 1], ['종로구', '없는동', 1, 0]] ['구', '동', '본', '부']
WITH "_s1" AS (SELECT "구", "동", "본", "부" FROM (VALUES ('종로구', '청운동', 1, 0), ('종로구', '청운동', 99999, 1), ('종로구', '없는동', 1, 0)) AS "_rows" ("구", "동", "본", "부"))
-- 2: geojoin by=name sgg=구 emd=동 bonbun=본 bubon=부
, "_s2" AS (SELECT * FROM "parcel")
, "_s2_1" AS (SELECT *, row_number() OVER () AS "_row", addr_pnu(concat_ws(' ', "구", "동", concat(CAST("본" AS VARCHAR), '-', coalesce(CAST("부" AS VARCHAR), '0'))), CAST('2021-05-01' AS DATE)) AS "_key", addr_status(concat_ws(' ', "구", "동", concat(CAST("본" AS VARCHAR), '-', coalesce(CAST("부" AS VARCHAR), '0'))), CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status(concat_ws(' ', "구", "동", concat(CAST("본" AS VARCHAR), '-', coalesce(CAST("부" AS VARCHAR), '0'))), CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_2" AS (SELECT "l"."구" AS "구", "l"."동" AS "동", "l"."본" AS "본", "l"."부" AS "부", "l"."_row" AS "_row", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s2_1" AS "l" LEFT OUTER JOIN "_s2" AS "r" ON "r"."pnu" = "l"."_key")
, "_s2_3" AS (SELECT "구", "동", "본", "부", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s2_2" WHERE "_number" = 1)
-- 3: sort 본, 동
-- 4: fields 동, 본, match_status
, "_s4" AS (SELECT "동", "본", "match_status" FROM "_s2_3")
SELECT * FROM "_s4" ORDER BY "본" ASC NULLS FIRST, "동" ASC NULLS FIRST
