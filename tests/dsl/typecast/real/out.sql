-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: typecast 금액 real
, "_s2" AS (SELECT "id", "pnu", CAST("금액" AS DOUBLE) AS "금액", "일시", "비고" FROM "_s1")
-- 3: fields 금액
, "_s3" AS (SELECT "금액" FROM "_s2")
SELECT * FROM "_s3"
