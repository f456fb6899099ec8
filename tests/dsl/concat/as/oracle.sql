SELECT concat(동, 순번) FROM 토지
