SELECT * FROM right_model QUALIFY row_number() OVER (PARTITION BY "A" ORDER BY "D") = 1
