-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: pivot count(*) as n splitrow 동 splitcol 지목 in ('대', '전') sortrow desc
, "_s2" AS (SELECT "동", count(*) FILTER (WHERE CAST("지목" AS VARCHAR) = '대') AS "대", count(*) FILTER (WHERE CAST("지목" AS VARCHAR) = '전') AS "전" FROM "_s1" GROUP BY 1)
SELECT * FROM "_s2" ORDER BY "동" DESC NULLS LAST
