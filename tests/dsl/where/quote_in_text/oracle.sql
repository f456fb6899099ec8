SELECT * FROM 토지 WHERE 지목 = '대''지' OR 지목 = '전'
