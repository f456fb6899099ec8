SELECT id, lead(금액, 1, 0) OVER (ORDER BY id) FROM 거래
