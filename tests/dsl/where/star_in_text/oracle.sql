SELECT * FROM 토지 WHERE 동 = '청*'
