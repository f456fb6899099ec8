SELECT right(pnu, 4) FROM 토지
