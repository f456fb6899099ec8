VALUES (1, false), (2, true), (3, true), (4, NULL)
