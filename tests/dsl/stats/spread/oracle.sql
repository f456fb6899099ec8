SELECT stddev_samp(면적), stddev_pop(면적), var_samp(면적), var_pop(면적), var_samp(면적) FROM 토지
