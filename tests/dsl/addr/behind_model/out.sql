-- 1: model parcel addr '서울특별시/종로구/청*'
WITH "_s1" AS (SELECT * FROM "parcel")
, "_s1_1" AS (SELECT * FROM "_s1" WHERE ((("si_nm" = '서울특별시') AND ("sgg_nm" = '종로구')) AND ("emd_nm" LIKE '청%' ESCAPE '\')) AND ("bjd_cd" BETWEEN '1111000000' AND '1111099999'))
-- 2: stats count(*) as n by emd_nm
, "_s2" AS (SELECT "emd_nm", count(*) AS "n" FROM "_s1_1" GROUP BY 1)
-- 3: sort emd_nm
SELECT * FROM "_s2" ORDER BY "emd_nm" ASC NULLS FIRST
