SELECT l.*, r.* FROM left_model l LEFT JOIN (SELECT * FROM right_model WHERE "D" = 'x') r ON l."A" = r."A" ORDER BY 1
