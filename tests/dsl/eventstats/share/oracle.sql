SELECT pnu, 순번 // sum(순번) OVER (PARTITION BY 동) FROM 토지
