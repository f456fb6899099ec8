-- 1: model 용도
WITH "_s1" AS (SELECT * FROM "용도")
-- 2: value_counts 건축
, "_s2" AS (SELECT "건축", count(*) AS "count" FROM "_s1" GROUP BY 1)
, "_s2_1" AS (SELECT *, CAST((100.0 * "count") / sum("count") OVER () AS DOUBLE) AS "percent" FROM "_s2")
SELECT * FROM "_s2_1" ORDER BY "count" DESC NULLS LAST, "건축" ASC NULLS FIRST
