-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr BJD_CD=11110101*
, "_s2" AS (SELECT * FROM "_s1" WHERE "bjd_cd" LIKE '11110101%' ESCAPE '\')
-- 3: stats count(*) as n by bjd_cd
, "_s3" AS (SELECT "bjd_cd", count(*) AS "n" FROM "_s2" GROUP BY 1)
-- 4: sort bjd_cd
SELECT * FROM "_s3" ORDER BY "bjd_cd" ASC NULLS FIRST
