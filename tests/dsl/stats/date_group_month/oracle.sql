SELECT date_trunc('month', 일시)::TIMESTAMP, count(*) FROM 거래 GROUP BY 1 ORDER BY 1
