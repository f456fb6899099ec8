SELECT 순번, sum(면적) FILTER (WHERE 동 = '궁정동'), sum(면적) FILTER (WHERE 동 = '신교동'), sum(면적) FILTER (WHERE 동 = '청운동'), sum(면적) FILTER (WHERE 동 = '효자동') FROM 토지 GROUP BY 순번 ORDER BY 순번
