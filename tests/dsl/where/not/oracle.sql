SELECT * FROM 토지 WHERE NOT 지목 = '대'
