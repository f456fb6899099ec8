-- 1: mkdata [{"c1": "key2", "c2": 2}, {"c1": "key3", "c2": 3}]
WITH "_s1" AS (SELECT "c1", "c2" FROM (VALUES ('key2', 2), ('key3', 3)) AS "_rows" ("c1", "c2"))
-- 2: where c2 > 2
, "_s2" AS (SELECT * FROM "_s1" WHERE "c2" > 2)
SELECT * FROM "_s2"
