//! TOML that a person may have edited: what is wrong with it is said with the file and the line.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Reads a text into a value.
///
/// # Errors
///
/// [`Error::Toml`] with the line on which the text is not what it must be.
pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        error_at(path, text, error.span(), message)
    })
}

/// The error of a text that is wrong at a place; without a place it is the text as a whole.
pub fn error_at(path: &Path, text: &str, span: Option<Range<usize>>, message: String) -> Error {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    Error::Toml {
        path: path.to_owned(),
        line: 1 + before.matches('\n').count(),
        message,
    }
}
