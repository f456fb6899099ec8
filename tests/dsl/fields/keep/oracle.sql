SELECT pnu, 지목 FROM 토지
