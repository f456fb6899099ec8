-- 1: model 거래
WITH "_s1" AS (SELECT * FROM "거래")
-- 2: geojoin by=pnu pnu=pnu as 도형
, "_s2" AS (SELECT * FROM "parcel")
, "_s2_1" AS (SELECT *, row_number() OVER () AS "_row", regexp_replace("pnu", '[^0-9]', '', 'g') AS "_key", CASE WHEN "pnu" = regexp_replace("pnu", '[^0-9]', '', 'g') THEN 'exact' ELSE 'normalized' END AS "_status", 'none' AS "_unmatched" FROM "_s1")
, "_s2_2" AS (SELECT "l"."id" AS "id", "l"."pnu" AS "pnu", "l"."금액" AS "금액", "l"."일시" AS "일시", "l"."비고" AS "비고", "l"."_row" AS "_row", "r"."geometry" AS "도형", CASE WHEN "r"."pnu" IS NULL THEN "l"."_unmatched" ELSE "l"."_status" END AS "match_status", count("r"."pnu") OVER (PARTITION BY "l"."_row") AS "_fitting", row_number() OVER (PARTITION BY "l"."_row" ORDER BY "r"."pnu" ASC NULLS FIRST) AS "_number" FROM "_s2_1" AS "l" LEFT OUTER JOIN "_s2" AS "r" ON "r"."pnu" = "l"."_key")
, "_s2_3" AS (SELECT "id", "pnu", "금액", "일시", "비고", CASE WHEN "_fitting" > 1 THEN NULL ELSE "도형" END AS "도형", CASE WHEN "_fitting" > 1 THEN 'ambiguous' ELSE "match_status" END AS "match_status" FROM "_s2_2" WHERE "_number" = 1)
-- 3: fields id, match_status
, "_s3" AS (SELECT "id", "match_status" FROM "_s2_3")
-- 4: sort id
SELECT * FROM "_s3" ORDER BY "id" ASC NULLS FIRST
