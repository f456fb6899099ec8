-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fields p*, *일
, "_s2" AS (SELECT "pnu", "취득일" FROM "_s1")
SELECT * FROM "_s2"
