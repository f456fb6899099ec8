//! The code of a legal district (법정동코드).

use std::fmt;

use crate::error::{Error, Result};

/// The code of a legal district (법정동코드): ten digits, 시도 2, 시군구 3, 읍면동 3, 리 2.
///
/// Levels that a district does not have are zeros. Codes sort as their texts do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BjdCode([u8; 10]);

impl BjdCode {
    /// Reads a code of exactly ten ASCII digits.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::BjdCode`] on any other text. Whether the code is in use is a question for
    /// [`BjdTable`](crate::BjdTable).
    pub fn parse(text: &str) -> Result<Self> {
        match <[u8; 10]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(Error::BjdCode { found: text.to_owned() }),
        }
    }

    /// The first ten of the digits of a parcel number.
    pub(crate) fn from_digits(pnu: &[u8; 19]) -> Self {
        let mut digits = [b'0'; 10];
        digits.copy_from_slice(&pnu[..10]);
        Self(digits)
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII digits, so the default is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The two digits of the province or metropolitan city (시도).
    #[must_use]
    pub fn sido(&self) -> &str {
        &self.as_str()[..2]
    }

    /// The five digits of the city, county or district (시군구).
    #[must_use]
    pub fn sigungu(&self) -> &str {
        &self.as_str()[..5]
    }

    /// Whether the code names a village (리), the lowest level.
    #[must_use]
    pub fn is_ri(&self) -> bool {
        &self.0[8..] != b"00"
    }
}

impl AsRef<str> for BjdCode {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for BjdCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for BjdCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BjdCode({})", self.as_str())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_code_knows_its_levels() {
        let code = BjdCode::parse("4173025021").unwrap();
        assert_eq!(
            (code.sido(), code.sigungu(), code.is_ri(), code.as_str()),
            ("41", "41730", true, "4173025021")
        );
        assert!(!BjdCode::parse("1111010100").unwrap().is_ri());
    }

    #[test]
    fn anything_but_ten_digits_is_refused() {
        for text in [
            "",
            "111101010",
            "11110101000",
            "11110-0100",
            " 111101010",
            "１１１１０１０１００",
            "+111010100",
        ] {
            let error = BjdCode::parse(text).unwrap_err().to_string();
            assert_eq!(error, format!("not a 법정동 code: expected 10 digits, found {text:?}"));
        }
    }
}
