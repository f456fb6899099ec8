//! Names of columns: found whatever their capitals, or what may have been meant.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

use super::relation::{Column, Relation};
use super::{Binder, Bound};
use crate::diagnostic::Diagnostic;
use crate::syntax::Name;

/// Columns that a message lists.
const MOST_LISTED: usize = 12;

/// How alike a name must be to be the one that was meant.
const ALIKE: f64 = 0.65;

impl Binder<'_> {
    /// A column of the rows before.
    pub(super) fn column(&self, name: &Name) -> Bound<Column> {
        match self.relation.find(&name.text) {
            Some(column) => Ok(column.clone()),
            None => Err(unknown(name, &self.relation)),
        }
    }

    /// Columns of the rows before.
    pub(super) fn columns(&self, names: &[Name]) -> Bound<Vec<Column>> {
        names.iter().map(|name| self.column(name)).collect()
    }
}

/// That rows have no column of that name, and which one may have been meant.
pub fn unknown(name: &Name, relation: &Relation) -> Box<Diagnostic> {
    let names: Vec<&str> = relation.visible().map(Column::name).collect();
    let near = nearest(&name.text, names.iter().copied());
    let listed = listed(&names);
    let mut error = Diagnostic::error(
        "E0201",
        name.span.clone(),
        format!("there is no column `{}`; the columns here are {listed}", name.text),
        format!("`{}` 열이 없습니다; 여기의 열: {listed}", name.text),
    );
    error = match near {
        Some(near) => error.meaning(near).fix(name.span.clone(), quoted(near)),
        None => error.saying("not a column here", "여기에 없는 열"),
    };
    Box::new(error)
}

/// Some names, and how many more there are.
pub fn listed(names: &[&str]) -> String {
    let mut text = names.iter().take(MOST_LISTED).copied().collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        "(none)".clone_into(&mut text);
    }
    if let Some(more) = names.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        // Writing to a text cannot fail.
        let _ = write!(text, ", … (+{more})");
    }
    text
}

/// The name that is most like another, where one is like it.
pub fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // Hangul by its letters: 지묵 and 지목 differ by one of five.
    let folded = |name: &str| name.to_lowercase().nfd().collect::<String>();
    let wanted = folded(wanted);
    names
        .map(|name| (strsim::normalized_damerau_levenshtein(&wanted, &folded(name)), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, name)| name)
}

/// A name as it is written in a text: in back quotes where it needs them.
pub fn quoted(name: &str) -> String {
    let is_plain =
        |(at, char): (usize, char)| char == '_' || char.is_alphabetic() || (at > 0 && char.is_alphanumeric());
    if !name.is_empty() && name.char_indices().all(is_plain) {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}
