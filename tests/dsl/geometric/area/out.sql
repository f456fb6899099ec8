-- 1: model 도형
WITH "_s1" AS (SELECT * FROM "도형")
-- 2: geometric op=area intype=WKT geocol=모양 as 넓이
, "_s2" AS (SELECT *, st_area("모양") AS "넓이" FROM "_s1")
-- 3: fields 이름, 넓이
, "_s3" AS (SELECT "이름", "넓이" FROM "_s2")
-- 4: sort 이름
SELECT * FROM "_s3" ORDER BY "이름" ASC NULLS FIRST
