SELECT "A", "C" FROM left_model UNION SELECT sum("A"), sum("C") FROM left_model ORDER BY 1
