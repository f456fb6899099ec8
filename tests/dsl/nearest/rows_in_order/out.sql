-- 1: model 지점
WITH "_s1" AS (SELECT * FROM "지점")
-- 2: sort id
-- 3: nearest k=3 lon=lon lat=lat within=3km keep=jimok as 도형
, "_s3" AS (SELECT * FROM "parcel")
, "_s3_1" AS (SELECT *, row_number() OVER () AS "_row", st_point("lon", "lat", 4326) AS "_point" FROM "_s1")
, "_s3_2" AS (SELECT "l"."id" AS "id", "l"."lon" AS "lon", "l"."lat" AS "lat", "l"."이름" AS "이름", "l"."_row" AS "_row", "r"."pnu" AS "pnu", "r"."jimok" AS "jimok", "r"."geometry" AS "도형", st_distance(st_transform("r"."geometry", 5186), st_transform("l"."_point", 5186)) AS "distance_m" FROM "_s3_1" AS "l" LEFT OUTER JOIN "_s3" AS "r" ON st_intersects("r"."geometry", st_expand("l"."_point", 0.03529411764705882)) AND (st_distance(st_transform("r"."geometry", 5186), st_transform("l"."_point", 5186)) <= 3000))
, "_s3_3" AS (SELECT * FROM "_s3_2" QUALIFY row_number() OVER (PARTITION BY "_row" ORDER BY "distance_m" ASC NULLS FIRST, "pnu" ASC NULLS FIRST) <= 3)
-- 4: where id = 2
, "_s4" AS (SELECT * FROM "_s3_3" WHERE "id" = 2)
-- 5: eval 앞 = distance_m
, "_s5" AS (SELECT "id", "lon", "lat", "이름", "pnu", "jimok", "도형", "distance_m", "distance_m" AS "앞" FROM "_s4")
-- 6: lag 앞 by distance_m
, "_s6" AS (SELECT *, lag("앞", 1) OVER (ORDER BY "distance_m" ASC NULLS FIRST) AS "lag_앞" FROM "_s5")
-- 7: stats count(*) as n by lag_앞 <= distance_m as 순서
, "_s7" AS (SELECT "lag_앞" <= "distance_m" AS "순서", count(*) AS "n" FROM "_s6" GROUP BY 1)
-- 8: sort 순서
SELECT * FROM "_s7" ORDER BY "순서" ASC NULLS FIRST
