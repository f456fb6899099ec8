SELECT *, "A" + NULL FROM left_model
