-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: geometric op=area
, "_s2" AS (SELECT *, area_m2("geometry") AS "area_m2" FROM "_s1")
-- 3: eval 맞음 = area_m2 = area_m2(geometry)
, "_s3" AS (SELECT *, "area_m2" = area_m2("geometry") AS "맞음" FROM "_s2")
-- 4: distinct 맞음
, "_s4" AS (SELECT DISTINCT "맞음" FROM "_s3")
SELECT * FROM "_s4"
