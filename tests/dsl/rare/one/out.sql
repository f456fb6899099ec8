-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: rare 2 지목
, "_s2" AS (SELECT "지목", count(*) AS "count" FROM "_s1" GROUP BY 1)
, "_s2_1" AS (SELECT *, CAST((100.0 * "count") / sum("count") OVER () AS DOUBLE) AS "percent" FROM "_s2")
, "_s2_2" AS (SELECT * FROM "_s2_1" ORDER BY "count" ASC NULLS FIRST, "지목" ASC NULLS FIRST LIMIT 2)
SELECT * FROM "_s2_2" ORDER BY "count" ASC NULLS FIRST, "지목" ASC NULLS FIRST
