-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: stats countDistinct(동) as a, count(distinct 지목) as b, dc(순번) as c
, "_s2" AS (SELECT count(DISTINCT "동") AS "a", count(DISTINCT "지목") AS "b", count(DISTINCT "순번") AS "c" FROM "_s1")
SELECT * FROM "_s2"
