-- 1: model 도형
WITH "_s1" AS (SELECT * FROM "도형")
-- 2: geometric op=intersection intype=WKT geocol=모양 filter=POLYGON((0 0, 1 0, 1 1, 0 1, 0 0)) as x
, "_s2" AS (SELECT *, st_intersection("모양", st_geomfromtext('POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))', 4326)) AS "x" FROM "_s1")
-- 3: geometric op=area geocol=x as a
, "_s3" AS (SELECT *, area_m2("x") AS "a" FROM "_s2")
-- 4: where 이름 = '다'
, "_s4" AS (SELECT * FROM "_s3" WHERE "이름" = '다')
-- 5: count
, "_s5" AS (SELECT count(*) AS "count" FROM "_s4")
SELECT * FROM "_s5"
