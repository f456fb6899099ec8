-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: head 0
, "_s2" AS (SELECT * FROM "_s1" LIMIT 0)
SELECT * FROM "_s2"
