SELECT pnu FROM 토지 WHERE 순번 = 1
