SELECT pnu, 면적 * 10 FROM 토지
