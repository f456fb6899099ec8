SELECT t.pnu, t.지목, u.건축 FROM 토지 t LEFT JOIN 용도 u ON t.지목 = u.부호 WHERE t.지목 <> '도' ORDER BY 1
