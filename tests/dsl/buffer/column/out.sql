-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 1
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: eval 점 = st_centroid(geometry)
, "_s4" AS (SELECT *, st_centroid("geometry") AS "점" FROM "_s3")
-- 5: buffer distance=100m geocol=점
, "_s5" AS (SELECT "geometry", "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date", "bbox", st_transform(st_buffer(st_transform("점", 5186), 100), 4326) AS "점" FROM "_s4")
-- 6: eval 큼 = area_m2(점) > 31000 and area_m2(점) < 31416
, "_s6" AS (SELECT *, (area_m2("점") > 31000) AND (area_m2("점") < 31416) AS "큼" FROM "_s5")
-- 7: fields 큼
, "_s7" AS (SELECT "큼", "pnu" AS "_order_1" FROM "_s6")
SELECT "큼" FROM "_s7" ORDER BY "_order_1" ASC NULLS FIRST
