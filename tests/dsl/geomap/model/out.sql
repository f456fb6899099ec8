-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: eval g = st_point(lon, lat, 4326)
, "_s2" AS (SELECT *, st_point("lon", "lat", 4326) AS "g" FROM "_s1")
-- 3: fields id, 이름
, "_s3" AS (SELECT "id", "이름" FROM "_s2")
-- 4: where id < 3
, "_s4" AS (SELECT * FROM "_s3" WHERE "id" < 3)
-- 5: geomap 도형 이름
, "_s5" AS (SELECT * FROM "도형")
, "_s5_1" AS (SELECT "l"."id" AS "id", "l"."이름" AS "이름", "r"."모양" AS "geometry" FROM "_s4" AS "l" LEFT OUTER JOIN "_s5" AS "r" ON "l"."이름" = "r"."이름")
, "_s5_2" AS (SELECT *, '도형' AS "collection" FROM "_s5_1")
SELECT * FROM "_s5_2"
