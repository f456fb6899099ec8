SELECT g.id, t.지목 FROM 거래 g JOIN 토지 t ON g.pnu = t.pnu ORDER BY 1
