-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: eval 동코드 = pnu_bjd(pnu), 지번 = jibun_format(pnu)
, "_s2" AS (SELECT *, pnu_bjd("pnu") AS "동코드" FROM "_s1")
, "_s2_1" AS (SELECT *, jibun_format("pnu") AS "지번" FROM "_s2")
-- 3: fields 동코드, 지번
, "_s3" AS (SELECT "동코드", "지번" FROM "_s2_1")
-- 4: head 1
, "_s4" AS (SELECT * FROM "_s3" LIMIT 1)
SELECT * FROM "_s4"
