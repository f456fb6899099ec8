-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr EMD_NM=청운동,신교동
, "_s2" AS (SELECT * FROM "_s1" WHERE ("emd_nm" = '청운동') OR ("emd_nm" = '신교동'))
-- 3: stats count(*) as n by emd_nm
, "_s3" AS (SELECT "emd_nm", count(*) AS "n" FROM "_s2" GROUP BY 1)
-- 4: sort emd_nm
SELECT * FROM "_s3" ORDER BY "emd_nm" ASC NULLS FIRST
