-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: geostats lat lon count, min(id) as m by 이름 level=20
, "_s2" AS (SELECT concat('20/', CAST(CAST(floor((CAST("lon" AS DOUBLE) + 180) * 2912.711111111111) AS BIGINT) AS VARCHAR), '/', CAST(CAST(floor((1 - (asinh(tan(radians(CAST("lat" AS DOUBLE)))) / pi())) * 524288) AS BIGINT) AS VARCHAR)) AS "cluster_id", "이름", avg(CAST("lat" AS DOUBLE)) AS "latitude", avg(CAST("lon" AS DOUBLE)) AS "longitude", count(*) AS "count", min("id") AS "m" FROM "_s1" WHERE ("lat" IS NOT NULL) AND ("lon" IS NOT NULL) GROUP BY 1, 2)
-- 3: sort 이름
SELECT * FROM "_s2" ORDER BY "이름" ASC NULLS FIRST
