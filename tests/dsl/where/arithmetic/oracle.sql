SELECT * FROM 토지 WHERE 면적 * 2 + 1 > 1500 / 3 - 10
