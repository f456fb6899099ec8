SELECT pnu, 면적 / 3.305785 FROM 토지
