-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: tile z=14 x=13970 y=6345 properties=pnu
, "_s2" AS (SELECT * FROM "_s1" WHERE st_intersects("geometry", st_transform(st_tileenvelope(14, 13970, 6345, st_tileenvelope(0, 0, 0), 0.0625), 4326)))
, "_s2_1" AS (SELECT st_asmvtgeom(st_transform("geometry", 3857), st_tileenvelope(14, 13970, 6345)) AS "geom", "pnu" FROM "_s2")
, "_s2_2" AS (SELECT st_asmvt(named_struct('geom', "geom", 'pnu', "pnu"), 'parcels') AS "tile" FROM "_s2_1")
-- 3: eval 있음 = tile is not null
, "_s3" AS (SELECT *, "tile" IS NOT NULL AS "있음" FROM "_s2_2")
-- 4: fields 있음
, "_s4" AS (SELECT "있음" FROM "_s3")
SELECT * FROM "_s4"
