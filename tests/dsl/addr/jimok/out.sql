-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: addr JIMOK=대,전
, "_s2" AS (SELECT * FROM "_s1" WHERE ("jimok" = '대') OR ("jimok" = '전'))
-- 3: stats count(*) as n by jimok
, "_s3" AS (SELECT "jimok", count(*) AS "n" FROM "_s2" GROUP BY 1)
-- 4: sort jimok
SELECT * FROM "_s3" ORDER BY "jimok" ASC NULLS FIRST
