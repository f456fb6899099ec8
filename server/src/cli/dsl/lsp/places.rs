//! Places of a text as editors count them: lines, and units of UTF-16 within a line, both from 0.

use lsp_types::{Position, Range};

/// A text and the beginnings of its lines.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of a text.
    pub fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// The place of some bytes.
    pub fn range(&self, span: &std::ops::Range<usize>) -> Range {
        Range {
            start: self.position(span.start),
            end: self.position(span.end.max(span.start)),
        }
    }

    fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let units = self.text.get(start..byte).unwrap_or_default().encode_utf16().count();
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            character: u32::try_from(units).unwrap_or(u32::MAX),
        }
    }

    /// The byte at a place; the end of the line, or of the text, for one behind it.
    pub fn byte(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(start) = self.starts.get(line).copied() else {
            return self.text.len();
        };
        let mut units = 0;
        for (at, char) in self.text.get(start..).unwrap_or_default().char_indices() {
            if units >= position.character || char == '\n' {
                return start + at;
            }
            units += u32::try_from(char.len_utf16()).unwrap_or(1);
        }
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back() {
        let text = "model 토지\n| where 지목 = '😀'\n";
        let lines = Lines::new(text);
        for (at, _) in text.char_indices() {
            assert_eq!(lines.byte(lines.position(at)), at);
        }
        let quote = text.rfind('\'').unwrap_or_default();
        assert_eq!(lines.position(quote), Position { line: 1, character: 16 });
    }
}
