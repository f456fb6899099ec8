-- 1: file connector_name = 'minio-test' connector_owner = 'root' path = '/corona19.csv'
WITH "_s1" AS (SELECT * FROM "minio-test:/corona19.csv")
-- 2: sort 지역
SELECT * FROM "_s1" ORDER BY "지역" ASC NULLS FIRST
