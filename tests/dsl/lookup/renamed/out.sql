-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 지목 = '답'
, "_s2" AS (SELECT * FROM "_s1" WHERE "지목" = '답')
-- 3: lookup 용도 부호 as 지목 output 이름 as 뜻
, "_s3" AS (SELECT * FROM "용도")
, "_s3_1" AS (SELECT * FROM "_s3" QUALIFY row_number() OVER (PARTITION BY "부호") <= 1)
, "_s3_2" AS (SELECT "l"."pnu" AS "pnu", "l"."지목" AS "지목", "l"."면적" AS "면적", "l"."공시지가" AS "공시지가", "l"."취득일" AS "취득일", "l"."동" AS "동", "l"."순번" AS "순번", "r"."이름" AS "뜻" FROM "_s2" AS "l" LEFT OUTER JOIN "_s3_1" AS "r" ON "l"."지목" = "r"."부호")
-- 4: fields 지목, 뜻
, "_s4" AS (SELECT "지목", "뜻" FROM "_s3_2")
SELECT * FROM "_s4"
