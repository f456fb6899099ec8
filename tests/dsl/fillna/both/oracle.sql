SELECT * REPLACE (coalesce(면적, 0) AS 면적) FROM 토지 WHERE 지목 IS NOT NULL
