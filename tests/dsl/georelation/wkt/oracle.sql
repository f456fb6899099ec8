VALUES ('가'), ('다')
