-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats stddev(면적) as a, stddev_pop(면적) as b, variance(면적) as c, var_pop(면적) as d, var_samp(면적) as e
, "_s2" AS (SELECT stddev("면적") AS "a", stddev_pop("면적") AS "b", var_samp("면적") AS "c", var_pop("면적") AS "d", var_samp("면적") AS "e" FROM "_s1")
SELECT * FROM "_s2"
