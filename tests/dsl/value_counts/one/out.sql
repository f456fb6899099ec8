-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: value_counts 동
, "_s2" AS (SELECT "동", count(*) AS "count" FROM "_s1" GROUP BY 1)
, "_s2_1" AS (SELECT *, CAST((100.0 * "count") / sum("count") OVER () AS DOUBLE) AS "percent" FROM "_s2")
SELECT * FROM "_s2_1" ORDER BY "count" DESC NULLS LAST, "동" ASC NULLS FIRST
