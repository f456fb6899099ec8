SELECT 동, count(*) FROM 토지 WHERE 면적 > 500 GROUP BY 동 ORDER BY 동
