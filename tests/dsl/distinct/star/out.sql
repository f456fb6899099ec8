-- 1: model 용도
WITH "_s1" AS (SELECT * FROM "용도")
-- 2: fields 부호, 건축
, "_s2" AS (SELECT "부호", "건축" FROM "_s1")
-- 3: distinct *
, "_s3" AS (SELECT DISTINCT "부호", "건축" FROM "_s2")
SELECT * FROM "_s3"
