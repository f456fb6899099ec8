-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: where id < 3
, "_s2" AS (SELECT * FROM "_s1" WHERE "id" < 3)
-- 3: geoconverter intype=LONGLAT x_col=lon y_col=lat outtype=WKT
, "_s3" AS (SELECT *, st_astext(st_point("lon", "lat", 4326)) AS "WKT" FROM "_s2")
-- 4: fields id, WKT
, "_s4" AS (SELECT "id", "WKT" FROM "_s3")
-- 5: sort id
SELECT * FROM "_s4" ORDER BY "id" ASC NULLS FIRST
