-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: fields id, 비고
, "_s2" AS (SELECT "id", "비고" FROM "_s1")
-- 3: regex '(\d+)(%)' group(1)
, "_s3" AS (SELECT *, CAST(coalesce(array_element(regexp_match("비고", '(\d+)(?:%)'), 1)) AS VARCHAR) AS "regex" FROM "_s2")
SELECT * FROM "_s3"
