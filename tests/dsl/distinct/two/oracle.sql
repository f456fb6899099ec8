SELECT DISTINCT "A", "D" FROM right_model
