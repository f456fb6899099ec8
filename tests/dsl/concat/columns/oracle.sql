SELECT concat(동, '-', 지목, '-', 순번) FROM 토지
