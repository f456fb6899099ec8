-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: lag 금액 BY id AS 앞
, "_s2" AS (SELECT *, lag("금액", 1) OVER (ORDER BY "id" ASC NULLS FIRST) AS "앞" FROM "_s1")
-- 3: fields id, 앞
, "_s3" AS (SELECT "id", "앞" FROM "_s2")
SELECT * FROM "_s3"
