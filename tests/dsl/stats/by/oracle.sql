SELECT 동, count(*), max(면적) FROM 토지 GROUP BY 동 ORDER BY 동
