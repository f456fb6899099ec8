-- 1: mkdata [['2024-01-31', '2024-01-31 10:00:00']] ['d':DATE, 't':TIMESTAMP]
WITH "_s1" AS (SELECT CAST("d" AS DATE) AS "d", CAST("t" AS TIMESTAMP) AS "t" FROM (VALUES ('2024-01-31', '2024-01-31 10:00:00')) AS "_rows" ("d", "t"))
SELECT * FROM "_s1"
