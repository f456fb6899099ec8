-- W0302: a comparison with NULL is never true / NULL 과 비교하면 참이 되지 않습니다
-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 지목 = null
, "_s2" AS (SELECT * FROM "_s1" WHERE "지목" = NULL)
SELECT * FROM "_s2"
