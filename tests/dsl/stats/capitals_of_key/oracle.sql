SELECT "A", count(*) FROM left_model GROUP BY "A" ORDER BY 1
