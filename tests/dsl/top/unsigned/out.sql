-- W0404: the smallest come first; `-면적` gives the largest, `freq` the most frequent / 작은 값이 먼저 옵니다; 큰 값은 `-면적`, 자주 나온 값은 `freq` 입니다
-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: top 2 면적
, "_s2" AS (SELECT * FROM "_s1" ORDER BY "면적" ASC NULLS FIRST LIMIT 2)
SELECT * FROM "_s2" ORDER BY "면적" ASC NULLS FIRST
