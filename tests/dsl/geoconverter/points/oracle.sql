SELECT id, 'POINT(' || CAST(lon AS DOUBLE) || ' ' || CAST(lat AS DOUBLE) || ')' AS "WKT" FROM 지점 WHERE id < 3 ORDER BY id
