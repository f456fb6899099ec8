-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: join right 토지 as t on pnu = t.pnu
, "_s2" AS (SELECT * FROM "토지")
, "_s2_1" AS (SELECT "l"."id" AS "id", "l"."pnu" AS "pnu", "l"."금액" AS "금액", "l"."일시" AS "일시", "l"."비고" AS "비고", "r"."pnu" AS "t_pnu", "r"."지목" AS "t_지목", "r"."면적" AS "t_면적", "r"."공시지가" AS "t_공시지가", "r"."취득일" AS "t_취득일", "r"."동" AS "t_동", "r"."순번" AS "t_순번" FROM "_s1" AS "l" RIGHT OUTER JOIN "_s2" AS "r" ON "l"."pnu" = "r"."pnu")
-- 3: stats count(*) as n, count(id) as m
, "_s3" AS (SELECT count(*) AS "n", count("id") AS "m" FROM "_s2_1")
SELECT * FROM "_s3"
