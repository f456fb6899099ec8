-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: freq 1 지목 by 순번
, "_s2" AS (SELECT "순번", "지목", count(*) AS "count" FROM "_s1" GROUP BY 1, 2)
, "_s2_1" AS (SELECT *, CAST((100.0 * "count") / sum("count") OVER (PARTITION BY "순번") AS DOUBLE) AS "percent" FROM "_s2")
, "_s2_2" AS (SELECT * FROM "_s2_1" QUALIFY row_number() OVER (PARTITION BY "순번" ORDER BY "count" DESC NULLS LAST, "지목" ASC NULLS FIRST) <= 1)
SELECT * FROM "_s2_2" ORDER BY "순번" ASC NULLS FIRST, "count" DESC NULLS LAST, "지목" ASC NULLS FIRST
