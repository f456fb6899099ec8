VALUES (12,23,'abc'),(11,NULL,'def')
