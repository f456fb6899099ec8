-- 1: mkdata [['서울특별시 종로구 청운동 9999'], ['중앙동 1'], ['모름'], [null]] ['a']
WITH "_s1" AS (SELECT "a" FROM (VALUES ('서울특별시 종로구 청운동 9999'), ('중앙동 1'), ('모름'), (NULL)) AS "_rows" ("a"))
-- 2: geojoin by=jibun addr=a keep=pnu
, "_s2" AS (SELECT * FROM "parcel")
, "_s2_1" AS (SELECT *, row_number() OVER () AS "_row", addr_pnu("a", CAST('2021-05-01' AS DATE)) AS "_key", addr_status("a", CAST('2021-05-01' AS DATE)) AS "_status", CASE WHEN addr_status("a", CAST('2021-05-01' AS DATE)) = 'ambiguous' THEN 'ambiguous' ELSE 'none' END AS "_unmatched" FROM "_s1")
, "_s2_2" AS (SELECT "l"."a" AS "a", "l"."_row" AS "_row", "r"."pnu" AS "pnu", "r"."geometry" AS "geometry", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s2_1" AS "l" LEFT OUTER JOIN "_s2" AS "r" ON "r"."pnu" = "l"."_key")
, "_s2_3" AS (SELECT "a", CASE WHEN "_fitting" > 1 THEN NULL ELSE "pnu" END AS "pnu", CASE WHEN "_fitting" > 1 THEN NULL ELSE "geometry" END AS "geometry", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s2_2" WHERE "_number" = 1)
-- 3: fields a, pnu, match_status
, "_s3" AS (SELECT "a", "pnu", "match_status" FROM "_s2_3")
-- 4: sort a
SELECT * FROM "_s3" ORDER BY "a" ASC NULLS FIRST
