SELECT replace(동, '동', '마을') FROM 토지
