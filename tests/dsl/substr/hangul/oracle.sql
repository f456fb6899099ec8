SELECT substr(동, 1, 1) FROM 토지
