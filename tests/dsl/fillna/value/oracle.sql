SELECT * REPLACE (coalesce(지목, '없음') AS 지목, coalesce(공시지가, 0) AS 공시지가) FROM 토지
