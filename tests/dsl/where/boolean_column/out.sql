-- 1: model 용도
WITH "_s1" AS (SELECT * FROM "용도")
-- 2: where 건축
, "_s2" AS (SELECT * FROM "_s1" WHERE "건축")
SELECT * FROM "_s2"
