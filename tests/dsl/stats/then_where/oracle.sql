SELECT 동, count(*) AS n FROM 토지 GROUP BY 동 HAVING count(*) > 1 ORDER BY 1 LIMIT 2
