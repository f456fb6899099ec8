//! Bytes of an input file, on disk or inside a zip, as one forward stream.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::Chunk;
use crate::error::{Error, Result};

/// Large enough that reading from disk costs nothing beside inflating.
const BUFFER_BYTES: usize = 256 * 1024;

/// A stream of bytes that can move to another thread.
pub(super) type ByteStream = Box<dyn BufRead + Send>;

/// What every stream of a file's bytes can do.
pub(super) trait ReadWhole: Read {
    /// Fills the buffer; a file that ends before is damaged.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] when the bytes are to blame, else what the operating system said.
    fn read_whole(&mut self, buffer: &mut [u8], name: &str) -> Result<()> {
        self.read_exact(buffer).map_err(|source| read_failed(name, source))
    }
}

impl ReadWhole for ByteStream {}

/// What gives the chunks of a part one by one, in file order.
pub(super) trait ReadChunk {
    /// The next chunk; `None` behind the last one.
    fn read_chunk(&mut self) -> Result<Option<Chunk>>;
}

/// The chunks of a part up to the last one or the first error.
pub(super) struct Chunks<R> {
    reader: R,
    is_over: bool,
}

impl<R: ReadChunk> Chunks<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, is_over: false }
    }
}

impl<R: ReadChunk> Iterator for Chunks<R> {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Result<Chunk>> {
        if self.is_over {
            return None;
        }
        let next = self.reader.read_chunk().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// A file on disk, or one inside a zip.
///
/// The zip reader's own entry readers borrow the archive, so that two of them cannot be open at once; this opens
/// the archive's file once per entry instead.
#[derive(Debug, Clone)]
pub(super) struct Location {
    /// The name for messages, `archive.zip/piece.dbf` inside a zip.
    pub name: String,
    /// The file on disk.
    pub file: PathBuf,
    /// Bytes of the content.
    pub bytes: u64,
    /// Where the content lies in a zip.
    pub entry: Option<Entry>,
}

/// The content's place in a zip.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// First byte of the stored content.
    pub start: u64,
    /// Bytes of the stored content.
    pub stored_bytes: u64,
    /// CRC-32 of the content.
    pub crc32: u32,
    /// Whether the content is deflated; it is stored as it is otherwise.
    pub is_deflated: bool,
}

impl Location {
    /// Bytes that reading the content takes from disk.
    pub(super) fn disk_bytes(&self) -> u64 {
        self.entry.as_ref().map_or(self.bytes, |entry| entry.stored_bytes)
    }

    /// Opens the content; bytes taken from disk are added to `consumed`.
    ///
    /// The stream of a zip's entry ends with an error unless length and checksum are those of the directory.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub(super) fn open(&self, consumed: &Arc<AtomicU64>) -> Result<ByteStream> {
        let mut file = File::open(&self.file).map_err(Error::io("open", &self.file))?;
        let consumed = Arc::clone(consumed);
        let Some(entry) = &self.entry else {
            return Ok(Box::new(BufReader::with_capacity(
                BUFFER_BYTES,
                Counted { inner: file, consumed },
            )));
        };
        file.seek(SeekFrom::Start(entry.start))
            .map_err(Error::io("read", &self.file))?;
        let stored = Counted {
            inner: file.take(entry.stored_bytes),
            consumed,
        };
        let stored = BufReader::with_capacity(BUFFER_BYTES, stored);
        let inner: Box<dyn Read + Send> = if entry.is_deflated {
            Box::new(DeflateDecoder::new(stored))
        } else {
            Box::new(stored)
        };
        let checked = Checked {
            inner,
            crc: Crc::new(),
            left: self.bytes,
            expected_crc32: entry.crc32,
        };
        Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, checked)))
    }

    /// Reads the whole content of a small companion file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is larger than `limit_bytes`.
    pub(super) fn read_small(&self, limit_bytes: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let stream = self.open(&Arc::default())?;
        stream
            .take(limit_bytes + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| self.failed(source))?;
        if bytes.len() as u64 > limit_bytes {
            let found = format!("it has more than {limit_bytes} bytes");
            return Err(Error::Damaged {
                name: self.name.clone(),
                found,
            });
        }
        Ok(bytes)
    }

    /// The error for a failed read: damage when the bytes are to blame, else what the operating system said.
    pub(super) fn failed(&self, source: io::Error) -> Error {
        read_failed(&self.name, source)
    }
}

/// The error for a failed read of `name`: damage when the bytes are to blame, else what the operating system said.
pub(super) fn read_failed(name: &str, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::UnexpectedEof => Error::Damaged {
            name: name.to_owned(),
            found: "it ends in the middle of its content".to_owned(),
        },
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Error::Damaged {
            name: name.to_owned(),
            found: source.to_string(),
        },
        _ => Error::Io {
            action: "read",
            path: PathBuf::from(name),
            source,
        },
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.consumed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Ends with an error unless length and checksum are the expected ones.
struct Checked {
    inner: Box<dyn Read + Send>,
    crc: Crc,
    left: u64,
    expected_crc32: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "the content is shorter than declared",
                ));
            }
            if self.crc.sum() != self.expected_crc32 {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "its checksum in the zip does not match",
                ));
            }
        }
        self.crc.update(&buffer[..count]);
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "its content in the zip is longer than the zip declares",
            )
        })?;
        Ok(count)
    }
}
