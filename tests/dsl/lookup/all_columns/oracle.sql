SELECT t.pnu, u.이름, u.건축 FROM 토지 t LEFT JOIN 용도 u ON t.지목 = u.부호 WHERE 지목 IN ('대','전') ORDER BY 1
