SELECT g.id FROM 거래 g JOIN 토지 t ON g.pnu = t.pnu WHERE t.지목 = '대' ORDER BY 1
