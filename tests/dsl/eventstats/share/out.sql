-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eventstats 순번 / sum(순번) as 몫 by 동
, "_s2" AS (SELECT *, "순번" / sum("순번") OVER (PARTITION BY "동") AS "몫" FROM "_s1")
-- 3: fields pnu, 몫
, "_s3" AS (SELECT "pnu", "몫" FROM "_s2")
SELECT * FROM "_s3"
