SELECT pnu, avg(면적) OVER () FROM 토지
