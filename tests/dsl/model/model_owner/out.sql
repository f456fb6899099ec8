-- 1: model name=용도 model_owner=shared
WITH "_s1" AS (SELECT * FROM "shared"."용도")
SELECT * FROM "_s1"
