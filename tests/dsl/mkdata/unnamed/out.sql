-- 1: mkdata [[1, 'a'], [2, null]]
WITH "_s1" AS (SELECT "column1", "column2" FROM (VALUES (1, 'a'), (2, NULL)) AS "_rows" ("column1", "column2"))
SELECT * FROM "_s1"
