//! The name of a legal district (법정동명), split into its levels.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// The name of a legal district (법정동명) by levels, NFC-normalised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionName {
    /// Province or metropolitan city (시도), such as 경기도.
    pub si: String,
    /// City, county or district (시군구), such as 종로구 or 안양시 동안구; `None` in 세종특별자치시 and for a 시도 itself.
    pub sgg: Option<String>,
    /// Town, township or neighbourhood (읍면동); `None` for the levels above.
    pub emd: Option<String>,
    /// Village (리); `None` where there is none.
    pub ri: Option<String>,
}

impl RegionName {
    /// Splits a full name at its blanks.
    ///
    /// The first word is the 시도. In 세종특별자치시 there is no 시군구. Elsewhere it is the next word, or the next two
    /// when a city (시) is followed by one of its districts (구). Then come 읍면동 and 리. Blanks at the ends do not
    /// count, and texts are NFC-normalised, so decomposed names (macOS) equal composed ones.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::RegionName`] on an empty name, on one with more words than levels, and when the word in
    /// the place of the 시군구 ends like the name of a 읍, 면, 동 or 리.
    ///
    /// # Source
    ///
    /// Found on, and tested against, the official tables of 2021-05-01 and 2026-03-01, every code.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |reason| Error::RegionName {
            found: text.to_owned(),
            reason,
        };
        let composed: String = text.nfc().collect();
        let mut words = composed.split_whitespace().peekable();
        let si = words.next().ok_or_else(|| refuse("it is empty"))?;
        let mut sgg = None;
        if si != "세종특별자치시"
            && let Some(word) = words.next()
        {
            if word.ends_with(['읍', '면', '동', '리']) {
                return Err(refuse("its second word is no 시군구"));
            }
            let district = words.next_if(|next| word.ends_with('시') && next.ends_with('구'));
            sgg = Some(district.map_or_else(|| word.to_owned(), |district| format!("{word} {district}")));
        }
        let emd = words.next().map(str::to_owned);
        let ri = words.next().map(str::to_owned);
        if words.next().is_some() {
            return Err(refuse("it has more words than 시도, 시군구, 읍면동 and 리"));
        }
        Ok(Self {
            si: si.to_owned(),
            sgg,
            emd,
            ri,
        })
    }

    /// The levels joined by single blanks: `경기도 안양시 동안구 관양동`.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for RegionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.si)?;
        for level in [&self.sgg, &self.emd, &self.ri].into_iter().flatten() {
            write!(formatter, " {level}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(text: &str, expected: [&str; 4]) {
        let name = RegionName::parse(text).unwrap();
        let level = |level: &Option<String>| level.clone().unwrap_or_default();
        assert_eq!(
            [name.si.clone(), level(&name.sgg), level(&name.emd), level(&name.ri)],
            expected,
            "{text:?}"
        );
        assert_eq!(
            name.full_name(),
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .nfc()
                .collect::<String>()
        );
    }

    #[test]
    fn names_are_split_by_their_levels() {
        check("서울특별시 종로구 청운동", ["서울특별시", "종로구", "청운동", ""]);
        check(
            "세종특별자치시 조치원읍 원리",
            ["세종특별자치시", "", "조치원읍", "원리"],
        );
        check("세종특별자치시 반곡동", ["세종특별자치시", "", "반곡동", ""]);
        check("경기도 안양시 동안구 관양동", ["경기도", "안양시 동안구", "관양동", ""]);
        check(
            "충청남도 서천군 장항읍 창선2리",
            ["충청남도", "서천군", "장항읍", "창선2리"],
        );
        check("경기도 안양시", ["경기도", "안양시", "", ""]);
        check("경기도", ["경기도", "", "", ""]);
        check(
            "전남광주통합특별시 북구 용봉동",
            ["전남광주통합특별시", "북구", "용봉동", ""],
        );
    }

    #[test]
    fn blanks_and_hanja_and_odd_endings_are_kept_right() {
        check("경기도 부천시 원미구 ", ["경기도", "부천시 원미구", "", ""]);
        check(
            "  경기도  부천시\t원미구\u{a0}역곡동\r\n",
            ["경기도", "부천시 원미구", "역곡동", ""],
        );
        check("서울특별시 종로구 종로1가", ["서울특별시", "종로구", "종로1가", ""]);
        check("서울특별시 종로구 세종로", ["서울특별시", "종로구", "세종로", ""]);
        check(
            "경상북도 경산시 와촌면 평사리(坪沙)",
            ["경상북도", "경산시", "와촌면", "평사리(坪沙)"],
        );
        check(
            &"경기도 안양시 동안구 관양동".nfd().collect::<String>(),
            ["경기도", "안양시 동안구", "관양동", ""],
        );
    }

    #[test]
    fn names_that_are_no_region_are_refused() {
        for text in [
            "",
            "   ",
            "서울특별시 청운동",
            "경기도 안양시 동안구 관양읍 가리 나리",
            "세종특별자치시 가읍 나리 다리",
        ] {
            let error = RegionName::parse(text).unwrap_err();
            assert!(
                matches!(&error, Error::RegionName { found, .. } if found == text),
                "{text:?}: {error}"
            );
        }
    }
}
