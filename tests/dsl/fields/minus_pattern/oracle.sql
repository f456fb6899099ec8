SELECT pnu, 면적, 취득일, 동, 순번 FROM 토지
