-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where case when 순번 = 1 then 면적 > 500 otherwise false
, "_s2" AS (SELECT * FROM "_s1" WHERE CASE WHEN "순번" = 1 THEN "면적" > 500 ELSE false END)
SELECT * FROM "_s2"
