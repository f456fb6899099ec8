SELECT "A", "B" FROM left_model WHERE "C" > 11
