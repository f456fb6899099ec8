-- 1: model shared.용도
WITH "_s1" AS (SELECT * FROM "shared"."용도")
SELECT * FROM "_s1"
