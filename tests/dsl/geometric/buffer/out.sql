-- 1: mkdata [['가', 'POLYGON((127 37, 127.1 37, 127.1 37.1, 127 37))']] ['이름', '모양']
WITH "_s1" AS (SELECT "이름", "모양" FROM (VALUES ('가', 'POLYGON((127 37, 127.1 37, 127.1 37.1, 127 37))')) AS "_rows" ("이름", "모양"))
-- 2: geometric op=buffer distance=1km intype=WKT geocol=모양 as 둘레
, "_s2" AS (SELECT *, st_transform(st_buffer(st_transform(st_geomfromtext("모양", 4326), 5186), 1000), 4326) AS "둘레" FROM "_s1")
-- 3: eval 큼 = area_m2(둘레) > 80000000
, "_s3" AS (SELECT *, area_m2("둘레") > 80000000 AS "큼" FROM "_s2")
-- 4: fields 이름, 큼
, "_s4" AS (SELECT "이름", "큼" FROM "_s3")
SELECT * FROM "_s4"
