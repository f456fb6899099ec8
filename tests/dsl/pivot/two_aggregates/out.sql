-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: pivot count(*) as n, max(면적) as m splitrow 순번 splitcol 지목 in ('임') sortrow asc
, "_s2" AS (SELECT "순번", count(*) FILTER (WHERE CAST("지목" AS VARCHAR) = '임') AS "임_n", max("면적") FILTER (WHERE CAST("지목" AS VARCHAR) = '임') AS "임_m" FROM "_s1" GROUP BY 1)
SELECT * FROM "_s2" ORDER BY "순번" ASC NULLS FIRST
