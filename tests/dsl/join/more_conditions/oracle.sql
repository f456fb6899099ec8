SELECT l.*, r.* FROM left_model l JOIN right_model r ON l."A" = r."A" AND r."D" <> 'z' ORDER BY 1
