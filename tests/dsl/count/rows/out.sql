-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: count
, "_s2" AS (SELECT count(*) AS "count" FROM "_s1")
SELECT * FROM "_s2"
