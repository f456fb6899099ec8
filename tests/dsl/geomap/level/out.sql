-- 1: model 주소록
WITH "_s1" AS (SELECT * FROM "주소록")
-- 2: where id < 3
, "_s2" AS (SELECT * FROM "_s1" WHERE "id" < 3)
-- 3: geomap emd 동
, "_s3" AS (SELECT * FROM "admin_area")
, "_s3_1" AS (SELECT * FROM "_s3" WHERE "level" = 'emd')
, "_s3_2" AS (SELECT *, rpad(substr(addr_bjd("동", CAST('2021-05-01' AS DATE)), 1, 8), 10, '0') AS "_key", addr_status("동", CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status("동", CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s2")
, "_s3_3" AS (SELECT "l"."id" AS "id", "l"."시도" AS "시도", "l"."시군구" AS "시군구", "l"."동" AS "동", "l"."리" AS "리", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s3_2" AS "l" LEFT OUTER JOIN "_s3_1" AS "r" ON "r"."code" = "l"."_key")
, "_s3_4" AS (SELECT *, 'emd' AS "collection" FROM "_s3_3")
-- 4: fields id, collection, match_status
, "_s4" AS (SELECT "id", "collection", "match_status" FROM "_s3_4")
-- 5: sort id
SELECT * FROM "_s4" ORDER BY "id" ASC NULLS FIRST
