SELECT id, unnest(string_split(비고, ',')) FROM 거래
