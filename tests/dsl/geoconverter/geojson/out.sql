-- 1: model 도형
WITH "_s1" AS (SELECT * FROM "도형")
-- 2: geoconverter intype=WKT outtype=geojson geocol=모양 properties=이름
, "_s2" AS (SELECT *, concat('{"type":"Feature"', ',"geometry":', coalesce(st_asgeojson("모양"), 'null'), ',"properties":{', '"이름":', CASE WHEN "이름" IS NULL THEN 'null' ELSE concat('"', regexp_replace(replace(replace(replace(replace(replace(CAST("이름" AS VARCHAR), '\', '\\'), '"', '\"'), '
', '\n'), '', '\r'), '	', '\t'), '[\x00-\x1f]', ' ', 'g'), '"') END, '}}') AS "GEOJSON" FROM "_s1")
-- 3: fields GEOJSON
, "_s3" AS (SELECT "GEOJSON" FROM "_s2")
-- 4: sort GEOJSON
SELECT * FROM "_s3" ORDER BY "GEOJSON" ASC NULLS FIRST
