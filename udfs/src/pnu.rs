//! The parcel number (필지고유번호, PNU).

use std::fmt;

use crate::bjd_code::BjdCode;
use crate::error::{Error, Result};
use crate::float_damage;

/// A parcel number (필지고유번호): 19 digits, 법정동 code 10, ledger 1, main number (본번) 4, sub number (부번) 4.
///
/// A text, never a number: 19 digits do not fit a double. Numbers sort as their texts do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pnu([u8; 19]);

impl Pnu {
    /// Reads a parcel number of exactly 19 ASCII digits.
    ///
    /// # Errors
    ///
    /// [`Error::Pnu`] on a text that is not 19 digits; [`Error::PnuLedger`] when digit 11 is 0, which only building
    /// registers write.
    pub fn parse(text: &str) -> Result<Self> {
        match <[u8; 19]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => {
                if digits[10] == b'0' {
                    return Err(Error::PnuLedger {
                        found: text.to_owned(),
                        ledger: 0,
                    });
                }
                Ok(Self(digits))
            }
            _ => Err(Error::Pnu { found: text.to_owned() }),
        }
    }

    /// Puts a parcel number together.
    ///
    /// `ledger` is 1 for land (토지), 2 for forest (산), 3 to 9 for provisional and block lots.
    ///
    /// # Errors
    ///
    /// [`Error::PnuLedger`] outside 1 to 9; [`Error::PnuLot`] when a number is above 9999.
    pub fn from_parts(bjd: BjdCode, ledger: u8, bonbun: u16, bubon: u16) -> Result<Self> {
        if !(1..=9).contains(&ledger) {
            return Err(Error::PnuLedger {
                found: bjd.to_string(),
                ledger,
            });
        }
        if bonbun > 9999 || bubon > 9999 {
            return Err(Error::PnuLot { bonbun, bubon });
        }
        Self::parse(&format!("{bjd}{ledger}{bonbun:04}{bubon:04}"))
    }

    /// Rebuilds a parcel number that was stored as a floating-point number on its way.
    ///
    /// A double has 53 bits, a parcel number needs 63: `1111010100100010003` comes back as `1111010100100009980`.
    /// `Some` when `text` is how the double nearest to one, and only one, parcel number of `bjd` with this main and
    /// sub number is written: with 15 to 18 significant digits (also in scientific notation), with as many digits as
    /// it needs, or exactly. `None` when `text` is that parcel number itself, or anything else.
    ///
    /// Neighbouring lots share a double, so the result is only as good as `bonbun` and `bubon`: ask only when the
    /// text and these two disagree.
    #[must_use]
    pub fn rebuild_float_damaged(text: &str, bjd: BjdCode, bonbun: u16, bubon: u16) -> Option<Self> {
        let mut fitting = (1..=9)
            .filter_map(|ledger| Self::from_parts(bjd, ledger, bonbun, bubon).ok())
            .filter(|pnu| pnu.as_str() != text && float_damage::writes_double_of(text, pnu.as_str()));
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }

    /// The 19 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII digits, so the default is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code of the legal district.
    #[must_use]
    pub fn bjd(&self) -> BjdCode {
        BjdCode::from_digits(&self.0)
    }

    /// Digit 11: 1 land (토지), 2 forest (산), 3 and 4 provisional lots (가지번), 5 to 8 block lots (블럭), 9 other.
    #[must_use]
    pub fn ledger(&self) -> u8 {
        self.0[10] - b'0'
    }

    /// Whether the parcel is in the forest ledger (임야대장), written 산 before its number.
    #[must_use]
    pub fn is_san(&self) -> bool {
        self.ledger() == 2
    }

    /// The main number (본번), 0 to 9999.
    #[must_use]
    pub fn bonbun(&self) -> u16 {
        self.number(11)
    }

    /// The sub number (부번), 0 to 9999; 0 when there is none.
    #[must_use]
    pub fn bubon(&self) -> u16 {
        self.number(15)
    }

    fn number(&self, start: usize) -> u16 {
        self.0[start..start + 4]
            .iter()
            .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
    }
}

impl AsRef<str> for Pnu {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Pnu {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for Pnu {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pnu({})", self.as_str())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn bjd(text: &str) -> BjdCode {
        BjdCode::parse(text).unwrap()
    }

    #[test]
    fn a_number_knows_its_parts() {
        let pnu = Pnu::parse("1111011500200010025").unwrap();
        assert_eq!(pnu.bjd(), bjd("1111011500"));
        assert_eq!(
            (pnu.ledger(), pnu.is_san(), pnu.bonbun(), pnu.bubon()),
            (2, true, 1, 25)
        );
        assert_eq!(Pnu::from_parts(bjd("1111011500"), 2, 1, 25).unwrap(), pnu);
    }

    #[test]
    fn anything_but_nineteen_digits_is_refused() {
        for text in [
            "",
            "11110",
            "411731020010883000",
            "11110101001000100030",
            "1.11101010010001e18",
            "111101010010001000O",
        ] {
            assert_eq!(
                Pnu::parse(text).unwrap_err().to_string(),
                format!("not a PNU: expected 19 digits, found {text:?}")
            );
        }
    }

    #[test]
    fn ledger_zero_and_long_numbers_are_refused() {
        assert!(matches!(
            Pnu::parse("1111010100000010003"),
            Err(Error::PnuLedger { ledger: 0, .. })
        ));
        assert!(matches!(
            Pnu::from_parts(bjd("1111010100"), 0, 1, 3),
            Err(Error::PnuLedger { ledger: 0, .. })
        ));
        assert!(matches!(
            Pnu::from_parts(bjd("1111010100"), 10, 1, 3),
            Err(Error::PnuLedger { ledger: 10, .. })
        ));
        assert!(matches!(
            Pnu::from_parts(bjd("1111010100"), 1, 10_000, 3),
            Err(Error::PnuLot { .. })
        ));
        assert!(matches!(
            Pnu::from_parts(bjd("1111010100"), 1, 1, 10_000),
            Err(Error::PnuLot { .. })
        ));
    }
}
