SELECT substr(right(pnu, 8), 1, 4) FROM 토지
