-- 1: mkdata [['a"b\c']] ['t']
WITH "_s1" AS (SELECT "t" FROM (VALUES ('a"b\c')) AS "_rows" ("t"))
-- 2: eval g = st_point(1, 2, 4326)
, "_s2" AS (SELECT *, st_point(1, 2, 4326) AS "g" FROM "_s1")
-- 3: geojson properties=t geocol=g
, "_s3" AS (SELECT concat('{"type":"Feature"', ',"geometry":', coalesce(st_asgeojson("g"), 'null'), ',"properties":{', '"t":', CASE WHEN "t" IS NULL THEN 'null' ELSE concat('"', regexp_replace(replace(replace(replace(replace(replace(CAST("t" AS VARCHAR), '\', '\\'), '"', '\"'), '
', '\n'), '', '\r'), '	', '\t'), '[\x00-\x1f]', ' ', 'g'), '"') END, '}}') AS "geojson" FROM "_s2")
SELECT * FROM "_s3"
