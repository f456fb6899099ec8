SELECT 순번, max(면적) + 순번 FROM 토지 GROUP BY 순번 ORDER BY 1
