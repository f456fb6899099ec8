SELECT * FROM 토지 WHERE length(동) = 3 AND abs(순번 - 2) = 1
