-- 1: *
WITH "_s1" AS (SELECT * FROM "public"."토지")
SELECT * FROM "_s1"
