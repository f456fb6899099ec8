-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: timechart span=1mon count
, "_s2" AS (SELECT date_trunc('month', CAST("일시" AS TIMESTAMP)) AS "일시", count(*) AS "count" FROM "_s1" WHERE "일시" IS NOT NULL GROUP BY 1)
, "_s2_1" AS (SELECT generate_series(min("일시"), max("일시"), INTERVAL '1 month') AS "_steps" FROM "_s2")
, "_s2_2" AS (SELECT unnest("_steps") AS "일시" FROM "_s2_1")
, "_s2_3" AS (SELECT "t"."일시" AS "일시", coalesce("f"."count", 0) AS "count" FROM "_s2_2" AS "t" LEFT OUTER JOIN "_s2" AS "f" ON "t"."일시" = "f"."일시")
SELECT * FROM "_s2_3" ORDER BY "일시" ASC NULLS FIRST
