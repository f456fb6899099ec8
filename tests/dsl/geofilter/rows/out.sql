-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: geofilter op=intersects [model parcel | sort pnu | head 1]
, "_s2" AS (SELECT * FROM "parcel")
, "_s2_1" AS (SELECT * FROM "_s2" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
, "_s2_2" AS (SELECT "l"."geometry" AS "geometry", "l"."sgg_oid" AS "sgg_oid", "l"."pnu" AS "pnu", "l"."bjd_cd" AS "bjd_cd", "l"."bjd_nm" AS "bjd_nm", "l"."si_nm" AS "si_nm", "l"."sgg_nm" AS "sgg_nm", "l"."emd_nm" AS "emd_nm", "l"."ri_nm" AS "ri_nm", "l"."bonbun" AS "bonbun", "l"."bubon" AS "bubon", "l"."jimok" AS "jimok", "l"."san" AS "san", "l"."base_date" AS "base_date", "l"."bbox" AS "bbox" FROM "_s1" AS "l" LEFT SEMI JOIN "_s2_1" AS "r" ON st_intersects("l"."geometry", "r"."geometry"))
-- 3: eval 있음 = true
, "_s3" AS (SELECT *, true AS "있음" FROM "_s2_2")
-- 4: distinct 있음
, "_s4" AS (SELECT DISTINCT "있음" FROM "_s3")
SELECT * FROM "_s4"
