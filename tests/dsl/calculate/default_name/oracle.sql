SELECT *, "A" * "C" - 1 FROM left_model
