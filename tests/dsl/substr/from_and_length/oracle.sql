SELECT substr(pnu, 1, 5) FROM 토지
