SELECT quantile_cont(면적::DOUBLE, 0.25), quantile_cont(면적::DOUBLE, 0.75) - quantile_cont(면적::DOUBLE, 0.25) FROM 토지
