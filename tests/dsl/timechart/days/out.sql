-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: where id < 4
, "_s2" AS (SELECT * FROM "_s1" WHERE "id" < 4)
-- 3: timechart 일시 span=1d count(*) as n, sum(금액) as s
, "_s3" AS (SELECT date_trunc('day', CAST("일시" AS TIMESTAMP)) AS "일시", count(*) AS "n", sum("금액") AS "s" FROM "_s2" WHERE "일시" IS NOT NULL GROUP BY 1)
, "_s3_1" AS (SELECT generate_series(min("일시"), max("일시"), INTERVAL '1 day') AS "_steps" FROM "_s3")
, "_s3_2" AS (SELECT unnest("_steps") AS "일시" FROM "_s3_1")
, "_s3_3" AS (SELECT "t"."일시" AS "일시", coalesce("f"."n", 0) AS "n", "f"."s" AS "s" FROM "_s3_2" AS "t" LEFT OUTER JOIN "_s3" AS "f" ON "t"."일시" = "f"."일시")
SELECT * FROM "_s3_3" ORDER BY "일시" ASC NULLS FIRST
