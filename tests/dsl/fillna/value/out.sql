-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: fillna 지목 '없음', 공시지가 0
, "_s2" AS (SELECT "pnu", coalesce("지목", '없음') AS "지목", "면적", coalesce("공시지가", 0) AS "공시지가", "취득일", "동", "순번" FROM "_s1")
SELECT * FROM "_s2"
