//! Korean comments for column names that are known.

/// Names, compared without case and without `_`, `-` and blanks, and what such a column holds.
const KNOWN: [(&str, &str); 66] = [
    ("pnu", "필지고유번호"),
    ("pnucd", "필지고유번호"),
    ("pnucode", "필지고유번호"),
    ("bjdcd", "법정동코드"),
    ("bjdcode", "법정동코드"),
    ("bjdongcd", "법정동코드"),
    ("ldcode", "법정동코드"),
    ("legaldongcode", "법정동코드"),
    ("bjdnm", "법정동명"),
    ("ldcodenm", "법정동명"),
    ("sinm", "시도명"),
    ("sidonm", "시도명"),
    ("ctprvnnm", "시도명"),
    ("sidocd", "시도코드"),
    ("ctprvncd", "시도코드"),
    ("sggnm", "시군구명"),
    ("sigungunm", "시군구명"),
    ("signgunm", "시군구명"),
    ("sggcd", "시군구코드"),
    ("sigungucd", "시군구코드"),
    ("sggoid", "시군구 객체번호"),
    ("emdnm", "읍면동명"),
    ("emdcd", "읍면동코드"),
    ("adongnm", "행정동명"),
    ("hjdnm", "행정동명"),
    ("hjdcd", "행정동코드"),
    ("rinm", "리명"),
    ("licd", "리코드"),
    ("jibun", "지번"),
    ("jibunaddr", "지번주소"),
    ("jibunaddress", "지번주소"),
    ("lotno", "지번"),
    ("mnnmslno", "지번"),
    ("bonbun", "본번"),
    ("bubun", "부번"),
    ("bubon", "부번"),
    ("bun", "본번"),
    ("ji", "부번"),
    ("roadaddr", "도로명주소"),
    ("roadaddress", "도로명주소"),
    ("rdnmadr", "도로명주소"),
    ("addr", "주소"),
    ("address", "주소"),
    ("zip", "우편번호"),
    ("zipcode", "우편번호"),
    ("jimok", "지목"),
    ("lndcgrcode", "지목코드"),
    ("lndcgrcodenm", "지목"),
    ("area", "면적"),
    ("aream2", "면적(㎡)"),
    ("lndpclar", "토지면적(㎡)"),
    ("pblntfpclnd", "공시지가(원/㎡)"),
    ("price", "가격"),
    ("lon", "경도"),
    ("lng", "경도"),
    ("longitude", "경도"),
    ("lat", "위도"),
    ("latitude", "위도"),
    ("geometry", "도형"),
    ("geom", "도형"),
    ("wkt", "도형(WKT)"),
    ("wkb", "도형(WKB)"),
    ("bbox", "도형의 경계"),
    ("vintage", "데이터기준일자"),
    ("basedate", "데이터기준일자"),
    ("bldnm", "건물명"),
];

/// What a column of this name holds, in Korean; `None` when the name is not known or says it itself.
#[must_use]
pub fn korean_comment(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    KNOWN
        .iter()
        .find(|(known, _)| *known == plain)
        .map(|(_, comment)| *comment)
}

/// A name as it is compared: lower case, letters and digits only.
pub fn plain(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let kept = name.nfc().filter(|character| character.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_have_comments_however_they_are_written() {
        assert_eq!(korean_comment("BJD_CD"), Some("법정동코드"));
        assert_eq!(korean_comment("Sgg Nm"), Some("시군구명"));
        assert_eq!(korean_comment("지목"), None);
        assert_eq!(korean_comment("x1"), None);
    }

    #[test]
    fn every_known_name_is_written_as_it_is_compared_and_stands_once() {
        for (index, (name, _)) in KNOWN.iter().enumerate() {
            assert_eq!(plain(name), *name);
            assert!(KNOWN[index + 1..].iter().all(|(other, _)| other != name), "{name}");
        }
    }
}
