-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: lead 금액 by id default 0
, "_s2" AS (SELECT *, lead("금액", 1, 0) OVER (ORDER BY "id" ASC NULLS FIRST) AS "lead_금액" FROM "_s1")
-- 3: fields id, lead_금액
, "_s3" AS (SELECT "id", "lead_금액" FROM "_s2")
SELECT * FROM "_s3"
