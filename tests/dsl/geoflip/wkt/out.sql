-- 1: model 도형
WITH "_s1" AS (SELECT * FROM "도형")
-- 2: geoflip intype=WKT geocol=모양
, "_s2" AS (SELECT "이름", st_astext(st_flipcoordinates("모양")) AS "모양" FROM "_s1")
-- 3: where 이름 = '나'
, "_s3" AS (SELECT * FROM "_s2" WHERE "이름" = '나')
-- 4: fields 모양
, "_s4" AS (SELECT "모양" FROM "_s3")
SELECT * FROM "_s4"
