SELECT round(면적, 0) FROM 토지
