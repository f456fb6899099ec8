SELECT pnu, 동 FROM 토지
