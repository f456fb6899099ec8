//! The levels of administrative areas.

use pilji_udfs::BjdCode;

/// A level of administrative areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaLevel {
    /// 시도.
    Sido,
    /// 시군구.
    Sigungu,
    /// 읍면동.
    Emd,
    /// 리.
    Ri,
}

impl AreaLevel {
    /// The lowest level that a code has digits of.
    #[must_use]
    pub fn of_code(code: &BjdCode) -> Self {
        let has_digits_from = |start: usize| code.as_str()[start..].bytes().any(|digit| digit != b'0');
        if has_digits_from(Self::Emd.digits()) {
            Self::Ri
        } else if has_digits_from(Self::Sigungu.digits()) {
            Self::Emd
        } else if has_digits_from(Self::Sido.digits()) {
            Self::Sigungu
        } else {
            Self::Sido
        }
    }

    /// The name in the column `level`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sido => "sido",
            Self::Sigungu => "sigungu",
            Self::Emd => "emd",
            Self::Ri => "ri",
        }
    }

    /// How many digits of a 법정동 code the areas of the level have in common.
    #[must_use]
    pub fn digits(self) -> usize {
        match self {
            Self::Sido => 2,
            Self::Sigungu => 5,
            Self::Emd => 8,
            Self::Ri => 10,
        }
    }

    /// How many names an area of the level has.
    #[must_use]
    pub fn n_names(self) -> usize {
        self as usize + 1
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_that_are_not_zero_tell_the_level() {
        for (code, level) in [
            ("1100000000", AreaLevel::Sido),
            ("1111000000", AreaLevel::Sigungu),
            ("3611000000", AreaLevel::Sigungu),
            ("1111010100", AreaLevel::Emd),
            ("3611025021", AreaLevel::Ri),
        ] {
            assert_eq!(AreaLevel::of_code(&BjdCode::parse(code).unwrap()), level, "{code}");
        }
    }
}
