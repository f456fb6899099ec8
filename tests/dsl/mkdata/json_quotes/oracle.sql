SELECT 'key3', 3
