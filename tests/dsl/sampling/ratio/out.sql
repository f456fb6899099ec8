-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sampling ratio 1
, "_s2" AS (SELECT * FROM "_s1" WHERE random() < 1)
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2")
SELECT * FROM "_s3"
