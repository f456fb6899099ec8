SELECT 2, 'ab', true
