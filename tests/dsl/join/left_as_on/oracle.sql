SELECT g.id, t.지목, t.동 FROM 거래 g LEFT JOIN 토지 t ON g.pnu = t.pnu ORDER BY 1
