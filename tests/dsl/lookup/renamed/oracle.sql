SELECT '답', '논'
