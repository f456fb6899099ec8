SELECT * EXCLUDE (면적, 공시지가) FROM 토지
