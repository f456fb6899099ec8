VALUES (12,23.0,'abc'),(11,25.1,'def')
