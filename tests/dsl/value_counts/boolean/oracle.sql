SELECT 건축, count(*), 100.0 * count(*) / 5 FROM 용도 GROUP BY 건축 ORDER BY 2 DESC, 1
