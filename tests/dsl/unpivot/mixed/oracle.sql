SELECT "C", 'A' AS key, "A"::VARCHAR FROM left_model UNION ALL SELECT "C", 'B', "B" FROM left_model ORDER BY 2, 3
