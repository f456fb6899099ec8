SELECT 동, count(*), 100.0 * count(*) / 8 FROM 토지 GROUP BY 동 ORDER BY 2 DESC, 1
