-- 1: mkdata [['1111010100'], ['1111010200'], ['9999999999'], [null]] ['c']
WITH "_s1" AS (SELECT "c" FROM (VALUES ('1111010100'), ('1111010200'), ('9999999999'), (NULL)) AS "_rows" ("c"))
-- 2: geojoin by=bjd bjd=c level=emd keep=emd_nm
, "_s2" AS (SELECT * FROM "admin_area")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "level" = 'emd')
, "_s2_2" AS (SELECT *, rpad(substr(regexp_replace("c", '[^0-9]', '', 'g'), 1, 8), 10, '0') AS "_key", CASE WHEN "c" = regexp_replace("c", '[^0-9]', '', 'g') THEN 'exact' ELSE 'normalized' END AS "_status", 'none' AS "_unmatched" FROM "_s1")
, "_s2_3" AS (SELECT "l"."c" AS "c", "r"."emd_nm" AS "emd_nm", "r"."geometry" AS "geometry", CASE WHEN "r"."code" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status" FROM "_s2_2" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON "r"."code" = "l"."_key")
-- 3: fields c, emd_nm, match_status
, "_s3" AS (SELECT "c", "emd_nm", "match_status" FROM "_s2_3")
-- 4: sort c
SELECT * FROM "_s3" ORDER BY "c" ASC NULLS FIRST
