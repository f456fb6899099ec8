SELECT * FROM 토지 WHERE 지목 = '대'
