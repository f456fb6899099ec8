SELECT *, NULL FROM left_model
