SELECT "A" FROM right_model UNION SELECT "A" FROM left_model
