SELECT id, time_bucket(INTERVAL 15 MINUTE, 일시) FROM 거래
