-- 1: model name=토지
WITH "_s1" AS (SELECT * FROM "토지")
SELECT * FROM "_s1"
