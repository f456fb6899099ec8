SELECT pnu, 순번 FROM 토지 ORDER BY 순번 DESC, pnu
