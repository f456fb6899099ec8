//! How a double writes an integer that does not fit it.

/// Whether `text` is a way of writing the double nearest to `integer` (decimal digits, any number).
///
/// The ways: 15 to 18 significant digits as `%.{n}g` rounds them, the shortest digits that identify the double, and
/// its exact value; each plain (padded with zeros) or in scientific notation.
pub fn writes_double_of(text: &str, integer: &str) -> bool {
    let (Some(written), Ok(double)) = (plain_integer(text), integer.parse::<f64>()) else {
        return false;
    };
    let rounded = (14..18).map(|decimals| format!("{double:.decimals$e}"));
    let whole = [format!("{double:e}"), format!("{double:.0}")];
    rounded
        .chain(whole)
        .any(|rendering| plain_integer(&rendering).as_ref() == Some(&written))
}

/// The digits of the integer that a decimal or scientific notation writes; `None` when it writes none.
fn plain_integer(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<usize>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = !whole.is_empty() && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number || exponent > 30 {
        return None;
    }
    let mut digits = format!("{whole}{fraction}");
    let wanted = whole.len() + exponent;
    if digits.bytes().skip(wanted).any(|byte| byte != b'0') {
        return None;
    }
    while digits.len() < wanted {
        digits.push('0');
    }
    digits.truncate(wanted);
    Some(digits)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::{BjdCode, Pnu};

    fn check(text: &str, bjd: &str, lot: (u16, u16), expected: Option<&str>) {
        let rebuilt = Pnu::rebuild_float_damaged(text, BjdCode::parse(bjd).unwrap(), lot.0, lot.1);
        assert_eq!(rebuilt.as_ref().map(Pnu::as_str), expected, "{text} {bjd} {lot:?}");
    }

    #[test]
    fn lots_that_share_a_double_are_rebuilt_from_their_numbers() {
        check("1111010100100009980", "1111010100", (1, 3), Some("1111010100100010003"));
        check("1111010100100009980", "1111010100", (1, 0), Some("1111010100100010000"));
        check("1111011500200009980", "1111011500", (1, 0), Some("1111011500200010000"));
        check(
            "1111011500200009980",
            "1111011500",
            (1, 25),
            Some("1111011500200010025"),
        );
    }

    #[test]
    fn every_way_of_writing_the_double_is_known() {
        // Python: '%.15g', '%.16g', '%.17g', '%.18g', repr and int of float(1111010100100010003).
        for text in [
            "1.11101010010001e+18",
            "1111010100100010000",
            "1.1110101001000100e+18",
            "1.11101010010000998e+18",
            "1.11101010010000998E18",
            "1111010100100009984",
            "1111010100100009984.0",
            "1.11101010010001e18",
        ] {
            check(text, "1111010100", (1, 3), Some("1111010100100010003"));
        }
    }

    #[test]
    fn what_does_not_come_from_the_double_is_left_alone() {
        check("1111010100100010003", "1111010100", (1, 3), None); // nothing is damaged
        check("1111010100100009980", "1111010100", (2, 3), None); // another lot
        check("1111010100100009980", "1111010200", (1, 3), None); // another district
        check("411731020010883000", "4117310200", (883, 0), None); // a digit was cut off
        check("1.11101E+18", "1111010100", (1, 3), None); // too few digits to be sure
        check("1111010100100009980.5", "1111010100", (1, 3), None);
        for text in [
            "",
            "e18",
            ".",
            "-1",
            "NaN",
            "inf",
            "1e99",
            "1e-3",
            "1111010100100009980 ",
            "1e+",
        ] {
            check(text, "1111010100", (1, 3), None);
        }
    }
}
