-- 1: model 주소록
WITH "_s1" AS (SELECT * FROM "주소록")
-- 2: addr 시도='서울*'
, "_s2" AS (SELECT * FROM "_s1" WHERE "시도" LIKE '서울%' ESCAPE '\')
-- 3: fields id
, "_s3" AS (SELECT "id" FROM "_s2")
SELECT * FROM "_s3"
