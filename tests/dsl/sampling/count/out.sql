-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sampling count 3
, "_s2" AS (SELECT * FROM "_s1" ORDER BY random() ASC NULLS FIRST LIMIT 3)
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
