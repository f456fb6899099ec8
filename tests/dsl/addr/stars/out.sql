-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr SI_NM=* SGG_NM='종로*' EMD_NM=* RI_NM=null
, "_s2" AS (SELECT * FROM "_s1" WHERE ("sgg_nm" LIKE '종로%' ESCAPE '\') AND ("ri_nm" IS NULL))
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
