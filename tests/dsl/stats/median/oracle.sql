SELECT median(면적) FROM 토지
