-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 1
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: buffer 1km as 둘레
, "_s4" AS (SELECT *, st_transform(st_buffer(st_transform("geometry", 5186), 1000), 4326) AS "둘레" FROM "_s3")
-- 5: eval 큼 = area_m2(둘레) > 3000000
, "_s5" AS (SELECT *, area_m2("둘레") > 3000000 AS "큼" FROM "_s4")
-- 6: fields 큼
, "_s6" AS (SELECT "큼", "pnu" AS "_order_1" FROM "_s5")
SELECT "큼" FROM "_s6" ORDER BY "_order_1" ASC NULLS FIRST
