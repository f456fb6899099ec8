SELECT "A", "B" FROM left_model
