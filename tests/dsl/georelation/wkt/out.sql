-- 1: model 도형
WITH "_s1" AS (SELECT * FROM "도형")
-- 2: georelation intype=WKT op=intersects geocol=모양 filter=POLYGON((0 0, 0 3, 5 5, 4 0, 0 0))
, "_s2" AS (SELECT * FROM "_s1" WHERE st_intersects("모양", st_geomfromtext('POLYGON((0 0, 0 3, 5 5, 4 0, 0 0))', 4326)))
-- 3: fields 이름
, "_s3" AS (SELECT "이름" FROM "_s2")
-- 4: sort 이름
SELECT * FROM "_s3" ORDER BY "이름" ASC NULLS FIRST
