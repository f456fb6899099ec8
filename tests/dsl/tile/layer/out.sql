-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: eval 점 = st_centroid(geometry)
, "_s2" AS (SELECT *, st_centroid("geometry") AS "점" FROM "_s1")
-- 3: tile z=14 x=13970 y=6345 layer=필지 geocol=점 properties=pnu
, "_s3" AS (SELECT * FROM "_s2" WHERE st_intersects("점", st_transform(st_tileenvelope(14, 13970, 6345, st_tileenvelope(0, 0, 0), 0.0625), 4326)))
, "_s3_1" AS (SELECT st_asmvtgeom(st_transform("점", 3857), st_tileenvelope(14, 13970, 6345)) AS "geom", "pnu" FROM "_s3")
, "_s3_2" AS (SELECT st_asmvt(named_struct('geom', "geom", 'pnu', "pnu"), '필지') AS "tile" FROM "_s3_1")
-- 4: eval 있음 = tile is not null
, "_s4" AS (SELECT *, "tile" IS NOT NULL AS "있음" FROM "_s3_2")
-- 5: fields 있음
, "_s5" AS (SELECT "있음" FROM "_s4")
SELECT * FROM "_s5"
