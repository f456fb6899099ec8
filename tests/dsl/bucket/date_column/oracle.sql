SELECT pnu, date_trunc('year', 취득일)::TIMESTAMP FROM 토지
