-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: where char_length(동) = 3 and abs(순번 - 2) = 1
, "_s2" AS (SELECT * FROM "_s1" WHERE (char_length("동") = 3) AND (abs("순번" - 2) = 1))
SELECT * FROM "_s2"
