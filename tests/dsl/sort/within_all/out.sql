-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: sort -순번 by 동
SELECT * FROM "_s1" ORDER BY "동" ASC NULLS FIRST, "순번" DESC NULLS LAST
