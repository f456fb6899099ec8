//! Cutting a `.shp` stream into records.
//!
//! Cutting is our own: the `shapefile` crate wants to seek, which a stream out of a zip cannot, and decodes while it
//! reads, while decoding must be left to other threads.

use std::io::Read;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::source::stream::{ByteStream, ReadWhole, read_failed};

const HEADER_BYTES: usize = 100;
const RECORD_HEADER_BYTES: usize = 8;
const FILE_CODE: i32 = 9994;
const BLOCK_BYTES: usize = 256 * 1024;

/// A single record beyond this is damage: it would have four million vertices.
const MAX_RECORD_BYTES: usize = 64 << 20;

/// What the header says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// The type of all shapes of the file.
    pub shape_type: i32,
    /// Bytes of the file, this header included.
    bytes: u64,
}

/// Records of a `.shp` without their headers, beside each other in one buffer.
#[derive(Debug, Default)]
pub(super) struct Frames {
    pub bytes: Vec<u8>,
    pub records: Vec<Range<usize>>,
}

impl Header {
    /// Reads the header; the stream is then at the first record. `bytes` is the length of the whole file.
    ///
    /// # Errors
    ///
    /// Not a `.shp`, or one that is shorter than it declares.
    pub(super) fn read(stream: &mut ByteStream, name: &str, bytes: u64) -> Result<Self> {
        let damaged = |found: String| Error::Damaged {
            name: name.to_owned(),
            found,
        };
        let mut start = [0; HEADER_BYTES];
        stream.read_whole(&mut start, name)?;
        if big_endian(&start, 0) != FILE_CODE {
            return Err(damaged("its first bytes are not those of a .shp file".to_owned()));
        }
        // Lengths are in words of 16 bits; the sign is not used, so that files of up to 8 GB can be told.
        let declared = u64::from(big_endian(&start, 24).cast_unsigned()) * 2;
        if declared != bytes {
            return Err(damaged(format!("it declares {declared} bytes, but has {bytes}")));
        }
        let shape_type = i32::from_le_bytes([start[32], start[33], start[34], start[35]]);
        Ok(Self { shape_type, bytes })
    }

    /// Whether there is no record.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes <= HEADER_BYTES as u64
    }
}

/// Cuts the stream behind the header into records.
pub(super) struct Framer {
    stream: ByteStream,
    name: String,
    /// Read bytes that were not yet given away.
    buffer: Vec<u8>,
    /// Bytes of the file that were not yet read.
    unread: u64,
    records: u64,
    /// The number of the first record: 1, or 0 in files of some programs.
    first_number: Option<i32>,
}

impl Framer {
    pub(super) fn new(stream: ByteStream, name: String, header: Header) -> Self {
        Self {
            stream,
            name,
            buffer: Vec::new(),
            unread: header.bytes.saturating_sub(HEADER_BYTES as u64),
            records: 0,
            first_number: None,
        }
    }

    /// The next records: as many as fit `max_records` and `max_bytes`, at least one; none at the end.
    ///
    /// # Errors
    ///
    /// The stream fails or ends within a record, or records do not follow each other.
    pub(super) fn next(&mut self, max_records: usize, max_bytes: usize) -> Result<Frames> {
        let mut records: Vec<Range<usize>> = Vec::with_capacity(max_records);
        let mut at = 0;
        while records.len() < max_records && (at < max_bytes || records.is_empty()) {
            let Some(content) = self.record_at(at)? else { break };
            at = content.end;
            records.push(content);
        }
        let mut rest = Vec::with_capacity(at + BLOCK_BYTES);
        rest.extend_from_slice(&self.buffer[at..]);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(at);
        if records.is_empty() {
            self.finish()?;
        }
        Ok(Frames { bytes, records })
    }

    /// The content of the record whose header is at `at` in the buffer, filled as needed; `None` at the end.
    fn record_at(&mut self, at: usize) -> Result<Option<Range<usize>>> {
        let start = at + RECORD_HEADER_BYTES;
        if !self.fill_to(start)? {
            let left_over = self.buffer.len() - at;
            return match left_over {
                0 => Ok(None),
                _ => Err(self.damaged(format!(
                    "{left_over} bytes are left over behind record {}",
                    self.records
                ))),
            };
        }
        self.records += 1;
        let number = big_endian(&self.buffer, at);
        let first = *self.first_number.get_or_insert(number);
        let expected = u64::try_from(first).unwrap_or(0) + self.records - 1;
        if !(0..=1).contains(&first) || u64::try_from(number) != Ok(expected) {
            return Err(self.damaged(format!("record {} has the number {number}", self.records)));
        }
        let length = usize::try_from(big_endian(&self.buffer, at + 4))
            .unwrap_or(usize::MAX)
            .saturating_mul(2);
        if !(4..=MAX_RECORD_BYTES).contains(&length) {
            return Err(self.damaged(format!("record {} declares {length} bytes", self.records)));
        }
        if !self.fill_to(start + length)? {
            return Err(self.damaged(format!(
                "record {} declares {length} bytes, more than follow",
                self.records
            )));
        }
        Ok(Some(start..start + length))
    }

    /// Reads until the buffer is so long; whether there were that many bytes.
    fn fill_to(&mut self, length: usize) -> Result<bool> {
        while self.buffer.len() < length {
            let filled = self.buffer.len();
            let missing = (length - filled) as u64;
            if missing > self.unread {
                // Reading what is left would not help.
                return Ok(false);
            }
            let block = usize::try_from(self.unread).unwrap_or(usize::MAX).min(BLOCK_BYTES);
            self.buffer.resize(filled + block, 0);
            let read = self.stream.read(&mut self.buffer[filled..]);
            self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
            let count = read.map_err(|source| read_failed(&self.name, source))?;
            if count == 0 {
                return Err(self.damaged("it ends in the middle of its content".to_owned()));
            }
            self.unread -= count as u64;
        }
        Ok(true)
    }

    /// Reads to the very end, where a zip's checksum is compared.
    fn finish(&mut self) -> Result<()> {
        drain(&mut self.stream, &self.name)
    }

    fn damaged(&self, found: String) -> Error {
        Error::Damaged {
            name: self.name.clone(),
            found,
        }
    }
}

/// Reads a stream to its end.
pub(super) fn drain(stream: &mut ByteStream, name: &str) -> Result<()> {
    std::io::copy(stream, &mut std::io::sink())
        .map(|_| ())
        .map_err(|source| read_failed(name, source))
}

fn big_endian(bytes: &[u8], at: usize) -> i32 {
    bytes[at..].first_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes))
}
