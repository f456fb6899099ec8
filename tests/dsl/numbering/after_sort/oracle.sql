SELECT row_number() OVER (ORDER BY pnu DESC), pnu FROM 토지 ORDER BY pnu DESC
