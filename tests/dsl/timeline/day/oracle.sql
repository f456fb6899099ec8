SELECT date_trunc('day', 일시), count(*) FROM 거래 GROUP BY 1 ORDER BY 1
