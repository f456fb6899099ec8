SELECT l.*, r.* FROM left_model l JOIN right_model r ON l."A" = r."A" ORDER BY 1, 5
