SELECT 지목, count(*), min(면적) FROM 토지 GROUP BY 지목 ORDER BY 1 NULLS FIRST
