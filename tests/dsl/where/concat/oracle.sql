SELECT * FROM 토지 WHERE 동 || 순번 = '신교동2'
