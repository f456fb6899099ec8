//! The parcel number of a row: read, checked against the other columns, rebuilt when it was damaged.

use pilji_udfs::{BjdCode, Pnu};

use super::convert::Fault;
use crate::reject::RejectCode;

/// What was found about a parcel number that is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pnu: Pnu,
    /// Whether the number was damaged and has been rebuilt.
    pub(crate) repaired: bool,
    /// Whether the row's main and sub number are others than those of the parcel number.
    pub(crate) lot_differs: bool,
}

/// Decides on the parcel number of a row.
///
/// `bjd_cd` and `lot` (main and sub number) are what the other columns say. A number that contradicts them is rebuilt
/// from them when it is the rendering of a double near the right number.
pub(crate) fn identify(text: Option<&str>, bjd_cd: Option<&str>, lot: Option<(u16, u16)>) -> Result<Identity, Fault> {
    let Some(text) = text else {
        return Err(Fault::new(
            RejectCode::PnuMalformed,
            "no PNU: expected 19 digits, found nothing",
            "",
        ));
    };
    let bjd = match bjd_cd.map(BjdCode::parse).transpose() {
        Ok(bjd) => bjd,
        Err(error) => {
            return Err(Fault::new(RejectCode::BjdMismatch, error, bjd_cd.unwrap_or_default()));
        }
    };
    let parsed = Pnu::parse(text);
    if let Ok(pnu) = parsed {
        let same_bjd = bjd.is_none_or(|bjd| bjd == pnu.bjd());
        let same_lot = lot.map(|lot| lot == (pnu.bonbun(), pnu.bubon()));
        // Without another column only a number that no lot has tells of damage: sub number without main number.
        let plausible = pnu.bonbun() != 0 || pnu.ledger() > 2 || !is_written_double(text);
        if same_bjd && same_lot.unwrap_or(plausible) {
            return Ok(Identity {
                pnu,
                repaired: false,
                lot_differs: false,
            });
        }
    }
    let known_bjd = bjd.or_else(|| parsed.as_ref().ok().map(Pnu::bjd));
    if let (Some(bjd), Some((bonbun, bubon))) = (known_bjd, lot)
        && let Some(pnu) = Pnu::rebuild_float_damaged(text, bjd, bonbun, bubon)
    {
        return Ok(Identity {
            pnu,
            repaired: true,
            lot_differs: false,
        });
    }
    let pnu = match parsed {
        Ok(pnu) if !is_written_double(text) => pnu,
        Err(error) if !is_written_double(text) => return Err(Fault::new(RejectCode::PnuMalformed, error, text)),
        _ => {
            let message = "the PNU went through a floating-point number, and main and sub number do not bring it back; \
                           export it as text";
            return Err(Fault::new(RejectCode::PnuDamaged, message, text));
        }
    };
    if let Some(bjd) = bjd.filter(|bjd| *bjd != pnu.bjd()) {
        let message = format!("the PNU is of 법정동 {}, the row of {bjd}", pnu.bjd());
        return Err(Fault::new(RejectCode::BjdMismatch, message, text));
    }
    Ok(Identity {
        pnu,
        repaired: false,
        lot_differs: true,
    })
}

/// Whether a text is how a program writes a double: in scientific notation, with a decimal point, or as the digits of
/// a double that has no more of them than the text shows.
fn is_written_double(text: &str) -> bool {
    let Ok(number) = text.parse::<f64>() else { return false };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.is_finite();
    }
    // A parcel number has 19 digits as a double, too: it is above 10^18.
    if text.len() != 19 {
        return false;
    }
    let rounded = |digits: usize| {
        let scientific = format!("{number:.*e}", digits - 1);
        let mantissa = scientific.split('e').next().unwrap_or_default().replace('.', "");
        format!("{mantissa:0<width$}", width = text.len()) == text
    };
    format!("{number:.0}") == text || (15..=18).any(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEONGUN: Option<&str> = Some("1111010100");
    const SAJIK: Option<&str> = Some("1111011500");

    fn check(
        text: &str,
        bjd_cd: Option<&str>,
        lot: Option<(u16, u16)>,
        expected: Result<(&str, bool, bool), RejectCode>,
    ) {
        let found = identify(Some(text), bjd_cd, lot);
        let found = found
            .as_ref()
            .map(|found| (found.pnu.as_str(), found.repaired, found.lot_differs));
        assert_eq!(found.map_err(|fault| fault.code), expected, "{text} {bjd_cd:?} {lot:?}");
    }

    #[test]
    fn whole_numbers_pass() {
        check(
            "1111010100100010003",
            CHEONGUN,
            Some((1, 3)),
            Ok(("1111010100100010003", false, false)),
        );
        check(
            "1111010100100010003",
            None,
            None,
            Ok(("1111010100100010003", false, false)),
        );
        check(
            "4157010100600001001",
            None,
            None,
            Ok(("4157010100600001001", false, false)),
        );
    }

    #[test]
    fn numbers_damaged_by_a_double_are_rebuilt_from_the_lot() {
        check(
            "1111010100100009980",
            CHEONGUN,
            Some((1, 0)),
            Ok(("1111010100100010000", true, false)),
        );
        check(
            "1111010100100009980",
            CHEONGUN,
            Some((1, 3)),
            Ok(("1111010100100010003", true, false)),
        );
        check(
            "1111011500200009980",
            SAJIK,
            Some((1, 0)),
            Ok(("1111011500200010000", true, false)),
        );
        check(
            "1111011500200009980",
            SAJIK,
            Some((1, 25)),
            Ok(("1111011500200010025", true, false)),
        );
        check(
            "1111010100100009984",
            CHEONGUN,
            Some((1, 3)),
            Ok(("1111010100100010003", true, false)),
        );
        check(
            "1.1110101001000100e+18",
            CHEONGUN,
            Some((1, 3)),
            Ok(("1111010100100010003", true, false)),
        );
        // The 법정동 is in the number, too.
        check(
            "1111010100100009980",
            None,
            Some((1, 3)),
            Ok(("1111010100100010003", true, false)),
        );
    }

    #[test]
    fn damaged_numbers_that_nothing_brings_back_are_rejected() {
        check("1111010100100009980", CHEONGUN, None, Err(RejectCode::PnuDamaged));
        check(
            "1111010100100009980",
            CHEONGUN,
            Some((7, 7)),
            Err(RejectCode::PnuDamaged),
        );
        check("1.11E+18", CHEONGUN, Some((1, 3)), Err(RejectCode::PnuDamaged));
    }

    #[test]
    fn other_contradictions() {
        check(
            "411731020010883000",
            Some("4117310200"),
            Some((883, 0)),
            Err(RejectCode::PnuMalformed),
        );
        check("1111010100", CHEONGUN, Some((1, 3)), Err(RejectCode::PnuMalformed));
        check("111101010010001000A", CHEONGUN, None, Err(RejectCode::PnuMalformed));
        check("1111010100000010003", CHEONGUN, None, Err(RejectCode::PnuMalformed));
        check("1111010100100010003", SAJIK, Some((1, 3)), Err(RejectCode::BjdMismatch));
        check(
            "1111010100100010003",
            Some("11110101"),
            Some((1, 3)),
            Err(RejectCode::BjdMismatch),
        );
        check(
            "1111010100100010003",
            CHEONGUN,
            Some((1, 4)),
            Ok(("1111010100100010003", false, true)),
        );
        assert_eq!(
            identify(None, CHEONGUN, None).map_err(|fault| fault.code),
            Err(RejectCode::PnuMalformed)
        );
    }
}
