-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: where id % 2 = 0
, "_s2" AS (SELECT * FROM "_s1" WHERE ("id" % 2) = 0)
-- 3: fields id
, "_s3" AS (SELECT "id" FROM "_s2")
SELECT * FROM "_s3"
