SELECT count(DISTINCT 동), count(DISTINCT 지목), count(DISTINCT 순번) FROM 토지
