-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr BONBUN=산*
, "_s2" AS (SELECT * FROM "_s1" WHERE "san")
-- 3: stats count(*) as n by san
, "_s3" AS (SELECT "san", count(*) AS "n" FROM "_s2" GROUP BY 1)
SELECT * FROM "_s3"
