SELECT count(*) FROM 토지 WHERE 면적 > 1000
