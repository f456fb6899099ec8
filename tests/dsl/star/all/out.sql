-- 1: *
WITH "_s1" AS (SELECT * FROM "토지")
SELECT * FROM "_s1"
