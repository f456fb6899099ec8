SELECT 동, pnu, 지목, 면적, 공시지가, 취득일, 순번 FROM 토지
