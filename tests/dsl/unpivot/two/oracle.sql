SELECT "B", 'A' AS key, "A"::DOUBLE FROM left_model UNION ALL SELECT "B", 'C', "C" FROM left_model ORDER BY 2, 1
