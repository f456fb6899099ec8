//! Names of connections, owners and models.

use unicode_normalization::UnicodeNormalization;

use crate::{Error, Result};

/// Most bytes of a name: it is a folder's name, and some room is kept for what is written around it.
const MAX_BYTES: usize = 200;

/// Reads a name as SQL would: composed (NFC) and in lower case.
///
/// `kind` says in the error what was to be named: `connection`, `model`, `owner`.
pub fn parse(kind: &'static str, text: &str) -> Result<String> {
    let name: String = text.trim().nfc().flat_map(char::to_lowercase).collect();
    if is_name(&name) {
        Ok(name)
    } else {
        Err(Error::Name {
            kind,
            name: text.to_owned(),
        })
    }
}

/// Makes a name of a text that may be none, such as a file's: what a name cannot hold becomes `_`.
pub fn from_text(text: &str) -> Option<String> {
    let composed: String = text.nfc().flat_map(char::to_lowercase).collect();
    let kept: String = composed
        .chars()
        .map(|character| if is_part(character) { character } else { '_' })
        .collect();
    let name = kept.trim_matches(['_', '-']);
    is_name(name).then(|| name.to_owned())
}

fn is_name(name: &str) -> bool {
    name.starts_with(char::is_alphanumeric) && name.len() <= MAX_BYTES && name.chars().all(is_part)
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '-'
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_composed_and_in_lower_case() {
        assert_eq!(parse("model", "Shops_2025").unwrap(), "shops_2025");
        assert_eq!(parse("model", "\u{1109}\u{1161}\u{11bc}가").unwrap(), "상가");
        for wrong in ["", "a b", "../a", "a/b", "_a", "a.b", "a:b"] {
            let error = parse("model", wrong).unwrap_err().to_string();
            assert!(error.starts_with("not a model name"), "{error}");
        }
        assert!(parse("model", &"가".repeat(67)).is_err());
    }

    #[test]
    fn a_files_name_becomes_a_name() {
        assert_eq!(from_text("상가 (2025-01)").unwrap(), "상가__2025-01");
        assert_eq!(from_text("...").as_deref(), None);
    }
}
