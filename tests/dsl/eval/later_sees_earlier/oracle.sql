SELECT 순번 + 1, (순번 + 1) * 2 FROM 토지
