-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: lookup 용도 부호 as 지목 output 건축
, "_s2" AS (SELECT * FROM "용도")
, "_s2_1" AS (SELECT * FROM "_s2" QUALIFY row_number() OVER (PARTITION BY "부호") <= 1)
, "_s2_2" AS (SELECT "l"."pnu" AS "pnu", "l"."지목" AS "지목", "l"."면적" AS "면적", "l"."공시지가" AS "공시지가", "l"."취득일" AS "취득일", "l"."동" AS "동", "l"."순번" AS "순번", "r"."건축" AS "건축" FROM "_s1" AS "l" LEFT OUTER JOIN "_s2_1" AS "r" ON "l"."지목" = "r"."부호")
-- 3: count
, "_s3" AS (SELECT count(*) AS "count" FROM "_s2_2")
SELECT * FROM "_s3"
