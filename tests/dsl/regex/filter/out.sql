-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: fields id, 비고
, "_s2" AS (SELECT "id", "비고" FROM "_s1")
-- 3: regex '^매매'
, "_s3" AS (SELECT * FROM "_s2" WHERE "비고" ~ '^매매')
SELECT * FROM "_s3"
