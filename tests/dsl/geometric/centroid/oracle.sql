VALUES ('가', 'POINT(2 2)'), ('나', 'POINT(11 11)'), ('다', 'POINT(1 1)'), ('라', NULL)
