-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 1
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: eval 전 = area_m2(geometry)
, "_s4" AS (SELECT *, area_m2("geometry") AS "전" FROM "_s3")
-- 5: buffer 10m
, "_s5" AS (SELECT st_transform(st_buffer(st_transform("geometry", 5186), 10), 4326) AS "geometry", "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date", "bbox", "전" FROM "_s4")
-- 6: eval 큼 = area_m2(geometry) > 전
, "_s6" AS (SELECT *, area_m2("geometry") > "전" AS "큼" FROM "_s5")
-- 7: fields 큼
, "_s7" AS (SELECT "큼", "pnu" AS "_order_1" FROM "_s6")
SELECT "큼" FROM "_s7" ORDER BY "_order_1" ASC NULLS FIRST
