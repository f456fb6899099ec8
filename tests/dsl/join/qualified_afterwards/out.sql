-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: join inner 토지 as t on pnu = t.pnu
, "_s2" AS (SELECT * FROM "토지")
, "_s2_1" AS (SELECT "l"."id" AS "id", "l"."pnu" AS "pnu", "l"."금액" AS "금액", "l"."일시" AS "일시", "l"."비고" AS "비고", "r"."pnu" AS "t_pnu", "r"."지목" AS "t_지목", "r"."면적" AS "t_면적", "r"."공시지가" AS "t_공시지가", "r"."취득일" AS "t_취득일", "r"."동" AS "t_동", "r"."순번" AS "t_순번" FROM "_s1" AS "l" INNER JOIN "_s2" AS "r" ON "l"."pnu" = "r"."pnu")
-- 3: where t.지목 = '대'
, "_s3" AS (SELECT * FROM "_s2_1" WHERE "t_지목" = '대')
-- 4: fields id
, "_s4" AS (SELECT "id" FROM "_s3")
-- 5: sort id
SELECT * FROM "_s4" ORDER BY "id" ASC NULLS FIRST
