-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: join left [model 토지 | where 지목 = '대' | fields pnu, 동] as t on pnu = t.pnu
, "_s2" AS (SELECT * FROM "토지")
, "_s2_1" AS (SELECT * FROM "_s2" WHERE "지목" = '대')
, "_s2_2" AS (SELECT "pnu", "동" FROM "_s2_1")
, "_s2_3" AS (SELECT "l"."id" AS "id", "l"."pnu" AS "pnu", "l"."금액" AS "금액", "l"."일시" AS "일시", "l"."비고" AS "비고", "r"."pnu" AS "t_pnu", "r"."동" AS "t_동" FROM "_s1" AS "l" LEFT OUTER JOIN "_s2_2" AS "r" ON "l"."pnu" = "r"."pnu")
-- 3: fields id, t_동
, "_s3" AS (SELECT "id", "t_동" FROM "_s2_3")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
