-- 1: mkdata [['LINESTRING(127 37, 127.1 37.00001, 127.2 37)']] ['모양']
WITH "_s1" AS (SELECT "모양" FROM (VALUES ('LINESTRING(127 37, 127.1 37.00001, 127.2 37)')) AS "_rows" ("모양"))
-- 2: geometric op=simplify tolerance=10m intype=WKT geocol=모양 as 곧음
, "_s2" AS (SELECT *, st_transform(st_simplify(st_transform(st_geomfromtext("모양", 4326), 5186), 10), 4326) AS "곧음" FROM "_s1")
-- 3: eval n = st_npoints(곧음)
, "_s3" AS (SELECT *, st_npoints("곧음") AS "n" FROM "_s2")
-- 4: fields n
, "_s4" AS (SELECT "n" FROM "_s3")
SELECT * FROM "_s4"
