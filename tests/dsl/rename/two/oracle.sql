SELECT * FROM left_model
