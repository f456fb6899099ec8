-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 1
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: simplify tolerance=1m
, "_s4" AS (SELECT st_transform(st_simplifypreservetopology(st_transform("geometry", 5186), 1), 4326) AS "geometry", "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date", "bbox" FROM "_s3")
-- 5: count
, "_s5" AS (SELECT count(*) AS "count" FROM "_s4")
SELECT * FROM "_s5"
