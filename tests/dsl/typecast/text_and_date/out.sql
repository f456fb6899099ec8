-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: typecast 금액 text, 일시 date
, "_s2" AS (SELECT "id", "pnu", CAST("금액" AS VARCHAR) AS "금액", CAST("일시" AS DATE) AS "일시", "비고" FROM "_s1")
-- 3: fields 금액, 일시
, "_s3" AS (SELECT "금액", "일시" FROM "_s2")
SELECT * FROM "_s3"
