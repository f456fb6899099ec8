-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: sort pnu
-- 3: head 1
, "_s3" AS (SELECT * FROM "_s1" ORDER BY "pnu" ASC NULLS FIRST LIMIT 1)
-- 4: geoconverter outtype=WKT
, "_s4" AS (SELECT *, st_astext("geometry") AS "WKT" FROM "_s3")
-- 5: eval 맞음 = WKT like '%POLYGON%'
, "_s5" AS (SELECT *, "WKT" LIKE '%POLYGON%' AS "맞음" FROM "_s4")
-- 6: fields 맞음
, "_s6" AS (SELECT "맞음", "pnu" AS "_order_1" FROM "_s5")
SELECT "맞음" FROM "_s6" ORDER BY "_order_1" ASC NULLS FIRST
