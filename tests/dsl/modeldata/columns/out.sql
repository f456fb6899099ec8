-- 1: model 토지
WITH "_s1" AS (SELECT * FROM "토지")
-- 2: modeldata [[asd213123,asdf_aa,afsdd_Aa],[0,1,2],[2,3,4]]
, "_s2" AS (SELECT "asd213123", "asdf_aa", "afsdd_Aa" FROM (VALUES (0, 1, 2), (2, 3, 4)) AS "_rows" ("asd213123", "asdf_aa", "afsdd_Aa"))
SELECT * FROM "_s2"
