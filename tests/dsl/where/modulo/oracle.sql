SELECT id FROM 거래 WHERE id % 2 = 0
