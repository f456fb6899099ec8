SELECT * FROM 토지 WHERE 순번 = 1 AND 지목 = '대'
