SELECT p.id, t.지목 FROM 거래 p JOIN 토지 t ON t.pnu = p.pnu ORDER BY 1
