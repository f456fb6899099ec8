SELECT pnu, 지목 FROM 토지 WHERE 순번=1
