SELECT pnu, sum(면적) OVER (PARTITION BY 동), count(*) OVER (PARTITION BY 동) FROM 토지
