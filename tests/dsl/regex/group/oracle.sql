SELECT id, 비고, nullif(regexp_extract(비고, '(\d+)(%)', 1), '') FROM 거래
