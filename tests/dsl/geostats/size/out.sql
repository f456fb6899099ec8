-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: geostats lat lon count size=100
, "_s2" AS (SELECT concat('10/', CAST(CAST(floor((CAST("lon" AS DOUBLE) + 180) * 2.8444444444444446) AS BIGINT) AS VARCHAR), '/', CAST(CAST(floor((1 - (asinh(tan(radians(CAST("lat" AS DOUBLE)))) / pi())) * 512) AS BIGINT) AS VARCHAR)) AS "cluster_id", avg(CAST("lat" AS DOUBLE)) AS "latitude", avg(CAST("lon" AS DOUBLE)) AS "longitude", count(*) AS "count", CASE WHEN min("이름") = max("이름") THEN min("이름") END AS "이름" FROM "_s1" WHERE ("lat" IS NOT NULL) AND ("lon" IS NOT NULL) GROUP BY 1)
SELECT * FROM "_s2"
