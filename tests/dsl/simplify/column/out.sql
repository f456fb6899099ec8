-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 1
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: eval 둘레 = st_buffer(geometry, 0.001)
, "_s4" AS (SELECT *, st_buffer("geometry", 0.001) AS "둘레" FROM "_s3")
-- 5: simplify tolerance=50m geocol=둘레
, "_s5" AS (SELECT "geometry", "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date", "bbox", st_transform(st_simplifypreservetopology(st_transform("둘레", 5186), 50), 4326) AS "둘레" FROM "_s4")
-- 6: eval 적음 = st_npoints(둘레) < st_npoints(st_buffer(geometry, 0.001))
, "_s6" AS (SELECT *, st_npoints("둘레") < st_npoints(st_buffer("geometry", 0.001)) AS "적음" FROM "_s5")
-- 7: fields 적음
, "_s7" AS (SELECT "적음", "pnu" AS "_order_1" FROM "_s6")
SELECT "적음" FROM "_s7" ORDER BY "_order_1" ASC NULLS FIRST
