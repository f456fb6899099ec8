SELECT 동, count(*) FROM 토지 GROUP BY 동 ORDER BY 동
