SELECT 순번, pnu FROM 토지 ORDER BY 순번 DESC, pnu
