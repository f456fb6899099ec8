-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: pivot sum(면적) as s splitrow 순번 splitcol 동 sortrow asc
, "_s2" AS (SELECT "순번", sum("면적") FILTER (WHERE CAST("동" AS VARCHAR) = '궁정동') AS "궁정동", sum("면적") FILTER (WHERE CAST("동" AS VARCHAR) = '신교동') AS "신교동", sum("면적") FILTER (WHERE CAST("동" AS VARCHAR) = '청운동') AS "청운동", sum("면적") FILTER (WHERE CAST("동" AS VARCHAR) = '효자동') AS "효자동" FROM "_s1" GROUP BY 1)
SELECT * FROM "_s2" ORDER BY "순번" ASC NULLS FIRST
