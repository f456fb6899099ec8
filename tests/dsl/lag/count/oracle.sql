SELECT id, lag(금액, 2) OVER (ORDER BY id) FROM 거래
