SELECT count(*) FROM 거래 g FULL JOIN 토지 t ON g.pnu = t.pnu
