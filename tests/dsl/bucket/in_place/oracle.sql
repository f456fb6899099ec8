SELECT id, date_trunc('hour', 일시) FROM 거래
