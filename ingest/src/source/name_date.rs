//! The date that a file's name carries.

use chrono::NaiveDate;

/// The last date in a path's file name that follows an underscore as `YYYYMMDD` or `YYYYMM`; the first day of the
/// month in the latter form.
///
/// `AL_D002_41_20260908(2).shp` is of 2026-09-08; `LSMD_CONT_LDREG_5174_202009.zip` of 2020-09-01.
pub(super) fn date_in_file_name(path: &str) -> Option<NaiveDate> {
    let name = path.rsplit(['/', '\\']).next()?;
    let (_, rest) = name.split_once('_')?;
    rest.rsplit('_').find_map(leading_date)
}

fn leading_date(text: &str) -> Option<NaiveDate> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &text[..length];
    let year = digits.get(..4)?.parse().ok()?;
    let month = digits.get(4..6)?.parse().ok()?;
    let day = match length {
        6 => 1,
        8 => digits[6..].parse().ok()?,
        _ => return None,
    };
    // Cadastral files are younger than the computer cadastre; other digits are codes.
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1975..=2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<(i32, u32, u32)>) {
        let expected = expected.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        assert_eq!(date_in_file_name(path), expected, "{path}");
    }

    #[test]
    fn dates_follow_an_underscore() {
        check("AL_D002_11_20210501.zip", Some((2021, 5, 1)));
        check(
            "in/AL_D002_41_20260908.zip/AL_D002_41_20260908(2).shp",
            Some((2026, 9, 8)),
        );
        check("LSMD_CONT_LDREG_11_202009.shp", Some((2020, 9, 1)));
        check("LSMD_CONT_LDREG_5174_202009.zip", Some((2020, 9, 1)));
        check("data_20210230.shp", None);
        check("20210501.shp", None);
        check("parcels_1111010100.shp", None);
        check("parcels_999912.shp", None);
        check("backup_20240101/parcels.csv", None);
        check("종로구_20210501.csv", Some((2021, 5, 1)));
    }
}
