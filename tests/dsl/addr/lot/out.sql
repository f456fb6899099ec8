-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr EMD_NM=청운동 BONBUN=1
, "_s2" AS (SELECT * FROM "_s1" WHERE ("emd_nm" = '청운동') AND ("bonbun" = 1))
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
