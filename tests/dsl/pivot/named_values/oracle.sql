SELECT 동, count(*) FILTER (WHERE 지목 = '대'), count(*) FILTER (WHERE 지목 = '전') FROM 토지 GROUP BY 동 ORDER BY 동 DESC
