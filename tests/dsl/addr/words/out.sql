-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr SI_NM=서울특별시 SGG_NM=종로구 EMD_NM=청운동
, "_s2" AS (SELECT * FROM "_s1" WHERE ((("si_nm" = '서울특별시') AND ("sgg_nm" = '종로구')) AND ("emd_nm" = '청운동')) AND ("bjd_cd" BETWEEN '1111010100' AND '1111010199'))
-- 3: stats count(*) as n by emd_nm
, "_s3" AS (SELECT "emd_nm", count(*) AS "n" FROM "_s2" GROUP BY 1)
SELECT * FROM "_s3"
