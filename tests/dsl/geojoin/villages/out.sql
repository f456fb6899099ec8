-- 1: mkdata [['안동시', '풍산읍', '안교리'], ['종로구', '청운동', null]] ['구', '동', '리']
WITH "_s1" AS (SELECT "구", "동", "리" FROM (VALUES ('안동시', '풍산읍', '안교리'), ('종로구', '청운동', NULL)) AS "_rows" ("구", "동", "리"))
-- 2: geojoin by=name sgg=구 emd=동 ri=리
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'ri')
, "_s2_2" AS (SELECT *, rpad(substr(addr_bjd(concat_ws(' ', "구", "동", "리"), CAST('2021-05-01' AS DATE)), 1, 10), 10, '0') AS "_key", addr_status(concat_ws(' ', "구", "동", "리"), CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status(concat_ws(' ', "구", "동", "리"), CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_3" AS (SELECT "l"."구" AS "구", "l"."동" AS "동", "l"."리" AS "리", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s2_2" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON "r"."code" = "l"."_key")
-- 3: sort 구
-- 4: fields 구, 리, match_status
, "_s4" AS (SELECT "구", "리", "match_status" FROM "_s2_3")
SELECT * FROM "_s4" ORDER BY "구" ASC NULLS FIRST
