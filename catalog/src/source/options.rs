//! What a user says about files where inspection alone would have to guess.

use serde::{Deserialize, Serialize};

use super::FormatKind;
use crate::{Error, Result, TextEncoding};

/// What to take as given while inspecting; whatever is `None` or empty is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceOptions {
    /// The format; content that contradicts it is an error.
    pub format: Option<FormatKind>,
    /// The encoding of text files.
    pub encoding: Option<TextEncoding>,
    /// The character between the fields of a text file.
    pub delimiter: Option<u8>,
    /// Whether the first row of a text file names the columns.
    pub header: Option<bool>,
    /// The names of folder levels that do not name themselves, outermost first.
    pub levels: Vec<String>,
}

impl SourceOptions {
    /// Takes an option as SQL and command lines have it: a name and a text.
    ///
    /// Names: `format` (`parquet`, `delta`, `csv`, `json`), `encoding` (`utf-8`, `cp949`), `delimiter` (one character,
    /// or `tab`), `header` (`true`, `false`), `levels` (names separated by commas). `format.` before a name, and
    /// `has_header`, are accepted, since `DataFusion` spells them so.
    ///
    /// # Errors
    ///
    /// [`Error::SourceOption`] on another name or a value that the option cannot have.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let refused = |expected: &'static str| Error::SourceOption {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        };
        let lower = name.to_lowercase();
        match lower.strip_prefix("format.").unwrap_or(&lower) {
            "format" => {
                self.format = Some(FormatKind::parse(value).ok_or_else(|| refused("parquet, delta, csv or json"))?);
            }
            "encoding" => {
                self.encoding = Some(TextEncoding::parse(value).ok_or_else(|| refused("utf-8 or cp949"))?);
            }
            "delimiter" => self.delimiter = Some(delimiter(value).ok_or_else(|| refused(ONE_CHARACTER))?),
            "header" | "has_header" => {
                self.header = match value.to_lowercase().as_str() {
                    "true" | "yes" | "1" => Some(true),
                    "false" | "no" | "0" => Some(false),
                    _ => return Err(refused("true or false")),
                };
            }
            "levels" => {
                let levels: Vec<String> = value.split(',').map(|level| level.trim().to_owned()).collect();
                if levels.iter().any(String::is_empty) {
                    return Err(refused("names separated by commas"));
                }
                self.levels = levels;
            }
            _ => return Err(refused("format, encoding, delimiter, header or levels as the option")),
        }
        Ok(())
    }
}

const ONE_CHARACTER: &str = "one ASCII character such as `,` or `;`, or `tab`";

fn delimiter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        _ if text.eq_ignore_ascii_case("tab") || text == "\\t" => Some(b'\t'),
        [one] if one.is_ascii() && !matches!(one, b'"' | b'\n' | b'\r') => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn options_come_as_texts() {
        let mut options = SourceOptions::default();
        for (name, value) in [
            ("format", "TSV"),
            ("encoding", "CP949"),
            ("format.delimiter", "\\t"),
            ("FORMAT.HAS_HEADER", "false"),
            ("levels", "si_nm, sgg_nm"),
        ] {
            options.set(name, value).unwrap();
        }
        let expected = SourceOptions {
            format: Some(FormatKind::Csv),
            encoding: Some(TextEncoding::Cp949),
            delimiter: Some(b'\t'),
            header: Some(false),
            levels: vec!["si_nm".to_owned(), "sgg_nm".to_owned()],
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn an_option_that_cannot_be_says_what_can() {
        for (name, value) in [
            ("colour", "red"),
            ("format", "xlsx"),
            ("delimiter", "ab"),
            ("header", "maybe"),
            ("levels", "a,,b"),
            ("encoding", "latin1"),
        ] {
            let message = SourceOptions::default().set(name, value).unwrap_err().to_string();
            assert!(message.contains("expected"), "{message}");
        }
    }
}
