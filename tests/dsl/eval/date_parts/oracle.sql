SELECT pnu, year(취득일), month(취득일) FROM 토지
