-- 1: model 도형
WITH "_s1" AS (SELECT * FROM "도형")
-- 2: geometric op=centroid intype=WKT geocol=모양
, "_s2" AS (SELECT *, st_centroid("모양") AS "centroid" FROM "_s1")
-- 3: wkt geocol=centroid
, "_s3" AS (SELECT "이름", "모양", st_astext("centroid") AS "centroid" FROM "_s2")
-- 4: fields 이름, centroid
, "_s4" AS (SELECT "이름", "centroid" FROM "_s3")
-- 5: sort 이름
SELECT * FROM "_s4" ORDER BY "이름" ASC NULLS FIRST
