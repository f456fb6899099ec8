-- W0303: `*` is compared as it is here / 여기서 `*` 는 글자 그대로 비교합니다
-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where 동 = '청*'
, "_s2" AS (SELECT * FROM "_s1" WHERE "동" = '청*')
SELECT * FROM "_s2"
