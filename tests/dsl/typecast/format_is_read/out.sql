-- 1: mkdata [['2024-01-02']] ['EEE']
WITH "_s1" AS (SELECT "EEE" FROM (VALUES ('2024-01-02')) AS "_rows" ("EEE"))
-- 2: typecast 'EEE' date "YYYY/MM/DD"
, "_s2" AS (SELECT CAST("EEE" AS DATE) AS "EEE" FROM "_s1")
SELECT * FROM "_s2"
