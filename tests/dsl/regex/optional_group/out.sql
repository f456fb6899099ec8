-- 1: mkdata [['a--c'], ['a-b-c']] ['t']
WITH "_s1" AS (SELECT "t" FROM (VALUES ('a--c'), ('a-b-c')) AS "_rows" ("t"))
-- 2: regex '(a)-(b)?-(c)' group(3)
, "_s2" AS (SELECT *, CAST(coalesce(array_element(regexp_match("t", '(?:a)-(?:b)?-(c)'), 1)) AS VARCHAR) AS "regex" FROM "_s1")
SELECT * FROM "_s2"
