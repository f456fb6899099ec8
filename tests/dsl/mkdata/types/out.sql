-- 1: mkdata [[12, 23, 'abc'], [11, 25.1, 'def']] ['A':INTEGER, 'B':REAL, 'C':TEXT]
WITH "_s1" AS (SELECT CAST("A" AS INTEGER) AS "A", CAST("B" AS DOUBLE) AS "B", CAST("C" AS VARCHAR) AS "C" FROM (VALUES (12, 23, 'abc'), (11, 25.1, 'def')) AS "_rows" ("A", "B", "C"))
SELECT * FROM "_s1"
