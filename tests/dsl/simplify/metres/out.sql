-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: stats sum(st_npoints(geometry)) as 전
, "_s2" AS (SELECT sum(st_npoints("geometry")) AS "전" FROM "_s1")
-- 3: join cross [model parcel | simplify 5m | stats sum(st_npoints(geometry)) as 후] as s
, "_s3" AS (SELECT * FROM "parcel")
, "_s3_1" AS (SELECT st_transform(st_simplifypreservetopology(st_transform("geometry", 5186), 5), 4326) AS "geometry", "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date", "bbox" FROM "_s3")
, "_s3_2" AS (SELECT sum(st_npoints("geometry")) AS "후" FROM "_s3_1")
, "_s3_3" AS (SELECT "l"."전" AS "전", "r"."후" AS "s_후" FROM "_s2" AS "l" CROSS JOIN "_s3_2" AS "r")
-- 4: eval 적음 = s_후 <= 전
, "_s4" AS (SELECT *, "s_후" <= "전" AS "적음" FROM "_s3_3")
-- 5: fields 적음
, "_s5" AS (SELECT "적음" FROM "_s4")
SELECT * FROM "_s5"
