-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: lag 금액 BY id COUNT 2
, "_s2" AS (SELECT *, lag("금액", 2) OVER (ORDER BY "id" ASC NULLS FIRST) AS "lag_금액" FROM "_s1")
-- 3: fields id, lag_금액
, "_s3" AS (SELECT "id", "lag_금액" FROM "_s2")
SELECT * FROM "_s3"
