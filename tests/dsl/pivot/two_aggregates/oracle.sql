SELECT 순번, count(*) FILTER (WHERE 지목 = '임'), max(면적) FILTER (WHERE 지목 = '임') FROM 토지 GROUP BY 순번 ORDER BY 순번
