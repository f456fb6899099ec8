-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: where 일시 < '2024-01-02'
, "_s2" AS (SELECT * FROM "_s1" WHERE "일시" < '2024-01-02')
SELECT * FROM "_s2"
