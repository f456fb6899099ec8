SELECT id FROM 주소록 WHERE 시도 LIKE '서울%'
