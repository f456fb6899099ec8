-- 1: mkdata [['서울특별시', '종로구'], ['경기도', '종로구']] ['시', '구']
WITH "_s1" AS (SELECT "시", "구" FROM (VALUES ('서울특별시', '종로구'), ('경기도', '종로구')) AS "_rows" ("시", "구"))
-- 2: geojoin by=name si=시 sgg=구 on_ambiguous=error
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'sigungu')
, "_s2_2" AS (SELECT *, rpad(substr(addr_bjd(concat_ws(' ', "시", "구"), CAST('2021-05-01' AS DATE)), 1, 5), 10, '0') AS "_key", addr_status(concat_ws(' ', "시", "구"), CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status(concat_ws(' ', "시", "구"), CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_3" AS (SELECT "l"."시" AS "시", "l"."구" AS "구", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s2_2" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON "r"."code" = "l"."_key")
, "_s2_4" AS (SELECT * FROM "_s2_3" WHERE only_match("match_status", concat_ws(' ', CAST("시" AS VARCHAR), CAST("구" AS VARCHAR))))
-- 3: sort 시
-- 4: fields 시, 구, match_status
, "_s4" AS (SELECT "시", "구", "match_status" FROM "_s2_4")
SELECT * FROM "_s4" ORDER BY "시" ASC NULLS FIRST
