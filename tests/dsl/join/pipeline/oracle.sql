SELECT g.id, t.동 FROM 거래 g LEFT JOIN (SELECT * FROM 토지 WHERE 지목 = '대') t ON g.pnu = t.pnu ORDER BY 1
