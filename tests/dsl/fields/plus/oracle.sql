SELECT 지목, pnu FROM 토지
