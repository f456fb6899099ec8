SELECT pnu, 0 FROM 토지 ORDER BY 순번 DESC, pnu
