SELECT * FROM left_model WHERE "A" > 1
