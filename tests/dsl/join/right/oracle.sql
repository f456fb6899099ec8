SELECT count(*), count(g.id) FROM 거래 g RIGHT JOIN 토지 t ON g.pnu = t.pnu
