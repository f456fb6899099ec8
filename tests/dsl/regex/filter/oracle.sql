SELECT id, 비고 FROM 거래 WHERE regexp_matches(비고, '^매매')
