SELECT * FROM 토지 WHERE (지목 = '대' OR 지목 = '전') AND 순번 = 1
