-- 1: model 주소록
WITH "_s1" AS (SELECT * FROM "주소록")
-- 2: geocode codetype=address SI=시도 GU=시군구 DONG=동 type=inner
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'emd')
, "_s2_2" AS (SELECT *, rpad(substr(addr_bjd(concat_ws(' ', "시도", "시군구", "동"), CAST('2021-05-01' AS DATE)), 1, 8), 10, '0') AS "_key", addr_status(concat_ws(' ', "시도", "시군구", "동"), CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status(concat_ws(' ', "시도", "시군구", "동"), CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_3" AS (SELECT "l"."id" AS "id", "l"."시도" AS "시도", "l"."시군구" AS "시군구", "l"."동" AS "동", "l"."리" AS "리", "r"."geometry" AS "GEOMETRY", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s2_2" AS "l" INNER JOIN "_s2_1" AS "r" ON "r"."code" = "l"."_key")
-- 3: fields id, match_status
, "_s3" AS (SELECT "id", "match_status" FROM "_s2_3")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
