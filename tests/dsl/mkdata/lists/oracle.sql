VALUES (12,23,'abc'),(11,25,'def')
