//! The lot number as the map writes it (지번).

use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};
use crate::jimok::Jimok;

/// A lot number with its land category (지번, 지목), as cadastral maps write it: `435-3 과`, `산49도`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Jibun {
    /// Whether the lot is in the forest ledger, written 산 before the number.
    pub san: bool,
    /// Main number (본번), 0 to 9999.
    pub bonbun: u16,
    /// Sub number (부번), 0 to 9999; 0 when there is none.
    pub bubon: u16,
    /// Land category (지목); `None` when the text has none or its last syllable is none of the 28 signs.
    pub jimok: Option<Jimok>,
}

impl Jibun {
    /// Reads `[산]본번[-부번][지목]`, with blanks anywhere between the parts.
    ///
    /// The category is a sign (`과`) or a full name (`과수원`). One other Hangul syllable, such as the 가 of `0-1가`,
    /// is accepted and is no category. Decomposed Hangul is read like composed.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Jibun`] on any other text.
    pub fn parse(text: &str) -> Result<Self> {
        let composed: String = text.nfc().collect();
        Self::parse_composed(composed.trim()).ok_or_else(|| Error::Jibun { found: text.to_owned() })
    }

    fn parse_composed(text: &str) -> Option<Self> {
        let (san, rest) = match text.strip_prefix('산') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let (bonbun, rest) = leading_number(rest)?;
        let (bubon, rest) = match rest.trim_start().strip_prefix('-') {
            Some(rest) => leading_number(rest.trim_start())?,
            None => (0, rest),
        };
        let rest = rest.trim_start();
        let jimok = Jimok::from_sign(rest).or_else(|| Jimok::from_name(rest));
        let is_readable = jimok.is_some() || rest.is_empty() || is_hangul_syllable(rest);
        is_readable.then_some(Self {
            san,
            bonbun,
            bubon,
            jimok,
        })
    }
}

fn leading_number(text: &str) -> Option<(u16, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.len() > 4 {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

fn is_hangul_syllable(text: &str) -> bool {
    let mut characters = text.chars();
    matches!((characters.next(), characters.next()), (Some('가'..='힣'), None))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(text: &str, san: bool, bonbun: u16, bubon: u16, jimok: &str) {
        let expected = Jibun {
            san,
            bonbun,
            bubon,
            jimok: Jimok::from_sign(jimok),
        };
        assert_eq!(Jibun::parse(text).unwrap(), expected, "{text}");
    }

    #[test]
    fn the_spellings_of_real_maps_are_read() {
        check("387답", false, 387, 0, "답");
        check("435-3 과", false, 435, 3, "과");
        check("산49도", true, 49, 0, "도");
        check("산43-4", true, 43, 4, "");
        check("461-0 도", false, 461, 0, "도");
        check("0-1가", false, 0, 1, "");
        check("산1454", true, 1454, 0, "");
        check("산 12 - 3 임", true, 12, 3, "임");
        check(" 883 대 ", false, 883, 0, "대");
        check("1-1장", false, 1, 1, "장");
        check("77공장용지", false, 77, 0, "장");
        check("9999-9999천", false, 9999, 9999, "천");
        check("산1임\u{3000}", true, 1, 0, "임");
    }

    #[test]
    fn decomposed_hangul_is_read() {
        let decomposed: String = "산49답".nfd().collect();
        assert_ne!(decomposed, "산49답");
        check(&decomposed, true, 49, 0, "답");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "", " ", "산", "대", "산대", "-1", "1-", "1-대", "1-2-3", "12345", "1-12345", "1 2", "12a", "12대지",
            "산산1",
        ] {
            let error = Jibun::parse(text).unwrap_err();
            assert!(
                matches!(&error, Error::Jibun { found } if found == text),
                "{text:?}: {error}"
            );
        }
    }
}
