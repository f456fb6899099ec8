SELECT "A", "B", round("C", 0) FROM left_model
