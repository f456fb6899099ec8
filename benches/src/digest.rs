//! The hash of an answer, the same as that of `race/answers.py`.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// Between columns.
const SEPARATOR: u8 = 0x1f;
/// In the place of NULL.
const NULL: u8 = 0x00;

/// A hash of rows in any order: the sum, modulo 2^64, of the first 8 bytes of each row's SHA-256.
#[derive(Debug, Default)]
pub struct Digest {
    sum: u64,
    rows: u64,
    row: Vec<u8>,
}

impl Digest {
    /// Adds the next value of the row: its text, or its bytes.
    pub fn value(&mut self, value: Option<&[u8]>) {
        match value {
            Some(bytes) => self.row.extend_from_slice(bytes),
            None => self.row.push(NULL),
        }
        self.row.push(SEPARATOR);
    }

    /// Ends the row.
    pub fn end_row(&mut self) {
        self.row.pop(); // the separator stands between values, not after the last
        let hash = Sha256::digest(&self.row);
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        self.sum = self.sum.wrapping_add(u64::from_le_bytes(first));
        self.rows += 1;
        self.row.clear();
    }

    /// Number of rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn a_hash_is_that_of_the_harness() {
        let mut digest = Digest::default();
        assert_eq!(digest.to_string(), "0".repeat(16));
        for row in [
            [Some(&b"12"[..]), None, Some(b"\x01\x04")],
            [Some(b"11"), Some(b"1"), Some(b"\x01\x03")],
        ] {
            for value in row {
                digest.value(value);
            }
            digest.end_row();
        }
        assert_eq!((digest.rows(), digest.to_string().as_str()), (2, "40b5f42f53f9c57e"));
    }
}
