//! Watches the quotes of a CSV text, which the CSV library closes silently at the end of a file.

/// A quoted value beyond this has lost its end.
const MAX_VALUE_BYTES: u64 = 64 << 20;

/// Where in a row a reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Bare,
    Quoted,
    /// Behind a quote in a quoted value: its end, or the first of two.
    Behind,
}

/// Follows a text through quoted and bare values.
#[derive(Debug)]
pub(super) struct Quotes {
    delimiter: u8,
    place: Place,
    row: u64,
    opened_in_row: u64,
    quoted_bytes: u64,
}

impl Quotes {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            place: Place::Start,
            row: 1,
            opened_in_row: 1,
            quoted_bytes: 0,
        }
    }

    /// Takes text into account. The row of a quote that is not closed within any sensible value is the error.
    pub(super) fn see(&mut self, text: &[u8]) -> Result<(), u64> {
        for byte in text {
            self.place = match (self.place, *byte) {
                (Place::Quoted, b'"') => Place::Behind,
                (Place::Quoted, _) => {
                    self.quoted_bytes += 1;
                    Place::Quoted
                }
                (Place::Behind, b'"') => Place::Quoted,
                (Place::Start, b'"') => {
                    self.opened_in_row = self.row;
                    self.quoted_bytes = 0;
                    Place::Quoted
                }
                (_, b'\n') => {
                    self.row += 1;
                    Place::Start
                }
                (_, b'\r') => Place::Start,
                (_, other) if other == self.delimiter => Place::Start,
                _ => Place::Bare,
            };
        }
        if self.quoted_bytes > MAX_VALUE_BYTES && self.place == Place::Quoted {
            return Err(self.opened_in_row);
        }
        Ok(())
    }

    /// At the end of a text, the row of a quote that was never closed is the error.
    pub(super) fn end(&self) -> Result<(), u64> {
        if self.place == Place::Quoted {
            return Err(self.opened_in_row);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(), u64>) {
        let mut quotes = Quotes::new(b',');
        assert_eq!(
            quotes.see(text.as_bytes()).and_then(|()| quotes.end()),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn only_a_quote_that_stays_open_is_an_error() {
        check("a,b\n1,\"x\ny\"\n", Ok(()));
        check("\"a \"\"b\"\"\",c", Ok(()));
        check("5\" pipe,b\n", Ok(()));
        check("a\n\"x\ny\n", Err(2));
        check("a,\"\"", Ok(()));
        check("a,\"", Err(1));
    }
}
