-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields +지목, pnu
, "_s2" AS (SELECT "지목", "pnu" FROM "_s1")
SELECT * FROM "_s2"
