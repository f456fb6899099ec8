-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 면적 * 2 + 1 > 1500 / 3 - 10
, "_s2" AS (SELECT * FROM "_s1" WHERE (("면적" * 2) + 1) > ((1500 / 3) - 10))
SELECT * FROM "_s2"
