SELECT pnu, coalesce(공시지가, 0) FROM 토지
