-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats median(면적) as m
, "_s2" AS (SELECT median("면적") AS "m" FROM "_s1")
SELECT * FROM "_s2"
