//! Converted rows as bytes, the form in which they are shuffled, spilled and sorted.
//!
//! A record is its length, a group, a position on the Hilbert curve and a payload. Records are ordered by these,
//! payloads byte by byte: whole rows, so that equal inputs give equal files.

/// Bytes before the payload: length of the record, group, position.
const HEADER_BYTES: usize = 4 + 8 + 8;

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record<'a> {
    /// What rows are ordered by first: the 법정동 code, or the place that has a file of its own.
    pub(crate) group: u64,
    /// Position on the Hilbert curve, below 2^40.
    pub(crate) position: u64,
    /// The row.
    pub(crate) payload: &'a [u8],
}

/// Appends a record.
pub(crate) fn push(buffer: &mut Vec<u8>, group: u64, position: u64, payload: &[u8]) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a row is smaller than the memory for all rows"
    )]
    let bytes = (HEADER_BYTES + payload.len()) as u32;
    buffer.extend_from_slice(&bytes.to_le_bytes());
    buffer.extend_from_slice(&group.to_le_bytes());
    buffer.extend_from_slice(&position.to_le_bytes());
    buffer.extend_from_slice(payload);
}

/// The record at the start of `buffer` and what follows it; `None` at the end, and when the bytes are no record.
pub(crate) fn first(buffer: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (bytes, _) = buffer.split_first_chunk()?;
    let bytes = u32::from_le_bytes(*bytes) as usize;
    let (record, rest) = buffer.split_at_checked(bytes)?;
    let (_, record) = record.split_at_checked(4)?;
    let (group, record) = record.split_first_chunk()?;
    let (position, payload) = record.split_first_chunk()?;
    Some((
        Record {
            group: u64::from_le_bytes(*group),
            position: u64::from_le_bytes(*position),
            payload,
        },
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_they_went_in() {
        let mut buffer = Vec::new();
        push(&mut buffer, 7, 1 << 39, b"payload");
        push(&mut buffer, 0, 0, b"");
        let (one, rest) = first(&buffer).unwrap_or((
            Record {
                group: 0,
                position: 0,
                payload: b"",
            },
            b"",
        ));
        assert_eq!(
            one,
            Record {
                group: 7,
                position: 1 << 39,
                payload: b"payload"
            }
        );
        assert_eq!(
            first(rest),
            Some((
                Record {
                    group: 0,
                    position: 0,
                    payload: b""
                },
                b"".as_slice()
            ))
        );
        assert_eq!(first(b""), None);
        assert_eq!(
            first(&buffer[..buffer.len() - 1]).and_then(|(_, rest)| first(rest)),
            None
        );
    }
}
