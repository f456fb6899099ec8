-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort 면적
SELECT * FROM "_s1" ORDER BY "면적" ASC NULLS FIRST
