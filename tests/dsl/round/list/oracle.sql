SELECT "A", "B", round("C", 1) FROM left_model
