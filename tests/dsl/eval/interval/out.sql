-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: eval 다음 = 일시 + 1d
, "_s2" AS (SELECT *, "일시" + (INTERVAL '1 day') AS "다음" FROM "_s1")
-- 3: fields id, 다음
, "_s3" AS (SELECT "id", "다음" FROM "_s2")
SELECT * FROM "_s3"
