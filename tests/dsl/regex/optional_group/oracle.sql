VALUES ('a--c', 'c'), ('a-b-c', 'c')
