-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 해 = year(취득일), 달 = month(취득일)
, "_s2" AS (SELECT *, CAST(date_part('year', "취득일") AS BIGINT) AS "해" FROM "_s1")
, "_s2_1" AS (SELECT *, CAST(date_part('month', "취득일") AS BIGINT) AS "달" FROM "_s2")
-- 3: fields pnu, 해, 달
, "_s3" AS (SELECT "pnu", "해", "달" FROM "_s2_1")
SELECT * FROM "_s3"
