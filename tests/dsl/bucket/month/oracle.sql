SELECT id, date_trunc('month', 일시)::TIMESTAMP FROM 거래
