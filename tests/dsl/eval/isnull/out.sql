-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 없음 = isnull(지목)
, "_s2" AS (SELECT *, "지목" IS NULL AS "없음" FROM "_s1")
-- 3: fields pnu, 없음
, "_s3" AS (SELECT "pnu", "없음" FROM "_s2")
SELECT * FROM "_s3"
