SELECT count(*), avg(면적) FROM 토지
