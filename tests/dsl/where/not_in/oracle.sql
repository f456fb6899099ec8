SELECT * FROM 토지 WHERE 지목 NOT IN ('전','답')
