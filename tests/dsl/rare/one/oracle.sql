SELECT 지목, count(*), 100.0 * count(*) / 8 FROM 토지 GROUP BY 지목 ORDER BY 2, 1 NULLS FIRST LIMIT 2
