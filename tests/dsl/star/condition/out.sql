-- 1: * 지목 = '전'
WITH "_s1" AS (SELECT * FROM "토지")
, "_s1_1" AS (SELECT * FROM "_s1" WHERE "지목" = '전')
SELECT * FROM "_s1_1"
