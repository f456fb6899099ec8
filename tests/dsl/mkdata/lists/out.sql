-- 1: mkdata [[12, 23, 'abc'], [11, 25, 'def']] ['A', 'B', 'C']
WITH "_s1" AS (SELECT "A", "B", "C" FROM (VALUES (12, 23, 'abc'), (11, 25, 'def')) AS "_rows" ("A", "B", "C"))
SELECT * FROM "_s1"
