SELECT id, lag(금액) OVER (ORDER BY id) FROM 거래
