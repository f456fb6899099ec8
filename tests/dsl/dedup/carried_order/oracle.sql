SELECT 동, pnu FROM 토지 QUALIFY row_number() OVER (PARTITION BY 동 ORDER BY 순번 DESC, pnu) = 1 ORDER BY 순번 DESC, pnu
