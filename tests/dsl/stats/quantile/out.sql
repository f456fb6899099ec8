-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats quantile(면적, 25) as q, iqr(면적) as i
, "_s2" AS (SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY "면적") AS "q", percentile_cont(0.75) WITHIN GROUP (ORDER BY "면적") - percentile_cont(0.25) WITHIN GROUP (ORDER BY "면적") AS "i" FROM "_s1")
SELECT * FROM "_s2"
