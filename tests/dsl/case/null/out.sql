-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: case when A <= 2 then null
, "_s2" AS (SELECT *, CAST(CASE WHEN "A" <= 2 THEN NULL END AS VARCHAR) AS "result" FROM "_s1")
SELECT * FROM "_s2"
