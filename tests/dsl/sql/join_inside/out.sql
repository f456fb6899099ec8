-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: sql $$ SELECT p.id, t.지목 FROM prev p JOIN 토지 t ON t.pnu = p.pnu $$
, "_s2" AS (WITH "prev" AS (SELECT "id", "pnu", "금액", "일시", "비고" FROM "_s1"), "angora" AS (SELECT * FROM "prev") SELECT p.id, t.지목 FROM prev p JOIN 토지 t ON t.pnu = p.pnu)
-- 3: sort id
SELECT * FROM "_s2" ORDER BY "id" ASC NULLS FIRST
