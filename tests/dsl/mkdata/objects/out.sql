-- 1: mkdata [{'A': 12, 'B': 23, 'C': 'abc'}, {'A': 11, 'C': 'def'}]
WITH "_s1" AS (SELECT "A", "B", "C" FROM (VALUES (12, 23, 'abc'), (11, NULL, 'def')) AS "_rows" ("A", "B", "C"))
SELECT * FROM "_s1"
