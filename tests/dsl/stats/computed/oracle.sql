SELECT 순번, sum(면적) / count(면적) FROM 토지 GROUP BY 순번 ORDER BY 1
