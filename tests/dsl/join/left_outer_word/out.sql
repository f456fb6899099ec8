-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: join LEFT_OUTER 토지 토지.pnu = 거래.pnu
, "_s2" AS (SELECT * FROM "토지")
, "_s2_1" AS (SELECT "l"."id" AS "id", "l"."pnu" AS "pnu", "l"."금액" AS "금액", "l"."일시" AS "일시", "l"."비고" AS "비고", "r"."pnu" AS "토지_pnu", "r"."지목" AS "토지_지목", "r"."면적" AS "토지_면적", "r"."공시지가" AS "토지_공시지가", "r"."취득일" AS "토지_취득일", "r"."동" AS "토지_동", "r"."순번" AS "토지_순번" FROM "_s1" AS "l" LEFT OUTER JOIN "_s2" AS "r" ON "r"."pnu" = "l"."pnu")
-- 3: fields id, 토지_pnu
, "_s3" AS (SELECT "id", "토지_pnu" FROM "_s2_1")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
