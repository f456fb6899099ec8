-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: eval g = st_point(lon, lat, 4326)
, "_s2" AS (SELECT *, st_point("lon", "lat", 4326) AS "g" FROM "_s1")
-- 3: geojson id=id properties=* geocol=g
, "_s3" AS (SELECT concat('{"type":"Feature"', ',"id":', CASE WHEN "id" IS NULL THEN 'null' ELSE CAST("id" AS VARCHAR) END, ',"geometry":', coalesce(st_asgeojson("g"), 'null'), ',"properties":{', '"id":', CASE WHEN "id" IS NULL THEN 'null' ELSE CAST("id" AS VARCHAR) END, ',"lon":', CASE WHEN "lon" IS NULL THEN 'null' ELSE CAST("lon" AS VARCHAR) END, ',"lat":', CASE WHEN "lat" IS NULL THEN 'null' ELSE CAST("lat" AS VARCHAR) END, ',"이름":', CASE WHEN "이름" IS NULL THEN 'null' ELSE concat('"', regexp_replace(replace(replace(replace(replace(replace(CAST("이름" AS VARCHAR), '\', '\\'), '"', '\"'), '
', '\n'), '', '\r'), '	', '\t'), '[\x00-\x1f]', ' ', 'g'), '"') END, '}}') AS "geojson" FROM "_s2")
SELECT * FROM "_s3"
