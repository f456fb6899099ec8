-- 1: model parcel
WITH "_s1" AS (SELECT * FROM "parcel")
-- 2: eval 둘레 = st_envelope(geometry)
, "_s2" AS (SELECT *, st_envelope("geometry") AS "둘레" FROM "_s1")
-- 3: bbox 126.9,37.5,127.1,37.7 geocol=둘레
, "_s3" AS (SELECT * FROM "_s2" WHERE st_intersects("둘레", st_makeenvelope(126.9, 37.5, 127.1, 37.7, 4326)))
-- 4: stats count(*) > 0 as 있음
, "_s4" AS (SELECT count(*) > 0 AS "있음" FROM "_s3")
SELECT * FROM "_s4"
