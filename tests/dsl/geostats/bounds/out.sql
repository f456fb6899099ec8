-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: geostats lat lon count level=8 bounds(37.56, 126.9, 37.6, 127.0)
, "_s2" AS (SELECT * FROM "_s1" WHERE ("lat" BETWEEN 37.56 AND 37.6) AND ("lon" BETWEEN 126.9 AND 127))
, "_s2_1" AS (SELECT concat('8/', CAST(CAST(floor((CAST("lon" AS DOUBLE) + 180) * 0.7111111111111111) AS BIGINT) AS VARCHAR), '/', CAST(CAST(floor((1 - (asinh(tan(radians(CAST("lat" AS DOUBLE)))) / pi())) * 128) AS BIGINT) AS VARCHAR)) AS "cluster_id", avg(CAST("lat" AS DOUBLE)) AS "latitude", avg(CAST("lon" AS DOUBLE)) AS "longitude", count(*) AS "count", CASE WHEN min("이름") = max("이름") THEN min("이름") END AS "이름" FROM "_s2" WHERE ("lat" IS NOT NULL) AND ("lon" IS NOT NULL) GROUP BY 1)
SELECT * FROM "_s2_1"
