SELECT id, date_trunc('week', 일시)::TIMESTAMP FROM 거래
