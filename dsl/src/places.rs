//! Places of a text as bytes, and as lines and columns, which SQL's tree knows.

use sqlparser::tokenizer::{Location, Span as SqlSpan};

use crate::diagnostic::Span;

/// The beginnings of a text's lines.
#[derive(Debug)]
pub struct Places<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    /// The places of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            lines: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    #[must_use]
    pub fn at(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = line
            .checked_sub(1)
            .and_then(|idx| self.lines.get(idx))
            .copied()
            .unwrap_or_default();
        let before = self.text.get(start..byte).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// A place as SQL's tree has it.
    #[must_use]
    pub fn sql(&self, span: &Span) -> SqlSpan {
        SqlSpan::new(self.location(span.start), self.location(span.end))
    }

    fn location(&self, byte: usize) -> Location {
        let (line, column) = self.at(byte);
        Location::new(line as u64, column as u64)
    }

    /// The bytes of a place that SQL's tree has; nothing for one that is not of this text.
    #[must_use]
    pub fn bytes(&self, span: SqlSpan) -> Option<Span> {
        let start = self.byte(span.start)?;
        let end = self.byte(span.end)?.max(start);
        Some(start..end)
    }

    fn byte(&self, location: Location) -> Option<usize> {
        let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
        let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
        let start = *self.lines.get(line)?;
        let rest = self.text.get(start..)?;
        let within = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(column)?;
        Some(start + within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back() {
        let text = "model 토지\n| where 지목 = '대'\n\n| head 3";
        let places = Places::new(text);
        for (at, _) in text.char_indices() {
            let span = at..text.len();
            assert_eq!(places.bytes(places.sql(&span)), Some(span));
        }
        assert_eq!(places.at(text.find("지목").unwrap_or_default()), (2, 9));
        assert_eq!(places.bytes(SqlSpan::empty()), None);
    }
}
