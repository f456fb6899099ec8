SELECT pnu, 취득일 FROM 토지
