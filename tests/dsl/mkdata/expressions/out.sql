-- 1: mkdata [[1 + 1, 'a' || 'b', true]] ['n', 't', 'b']
WITH "_s1" AS (SELECT "n", "t", "b" FROM (VALUES (1 + 1, 'a' || 'b', true)) AS "_rows" ("n", "t", "b"))
SELECT * FROM "_s1"
