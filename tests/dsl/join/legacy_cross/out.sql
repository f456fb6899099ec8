-- W0221: every row meets every row, for the join has no condition / 조건이 없어서 모든 행이 서로 만납니다
-- 1: model left_model
WITH "_s1" AS (SELECT * FROM "left_model")
-- 2: join right_model
, "_s2" AS (SELECT * FROM "right_model")
, "_s2_1" AS (SELECT "l"."A" AS "A", "l"."B" AS "B", "l"."C" AS "C", "r"."A" AS "right_model_A", "r"."D" AS "right_model_D" FROM "_s1" AS "l" CROSS JOIN "_s2" AS "r")
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2_1")
SELECT * FROM "_s3"
