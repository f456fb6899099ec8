SELECT substr(pnu, 11) FROM 토지
