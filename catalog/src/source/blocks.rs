//! A text file of a store as UTF-8, block after block.

use std::sync::Arc;

use bytes::Bytes;
use encoding_rs::{Decoder, DecoderResult, EUC_KR, UTF_8};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::store_error;
use crate::{Error, Result, TextEncoding};

/// How much of a file is fetched at a time.
const BLOCK_BYTES: u64 = 4 << 20;

/// A text file that is read from its beginning.
#[derive(Debug)]
pub(super) struct Blocks {
    store: Arc<dyn ObjectStore>,
    location: Path,
    bytes: u64,
    read: u64,
}

impl Blocks {
    pub(super) fn new(store: &Arc<dyn ObjectStore>, location: Path, bytes: u64) -> Self {
        Self {
            store: Arc::clone(store),
            location,
            bytes,
            read: 0,
        }
    }

    /// The next block; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.read >= self.bytes {
            return Ok(None);
        }
        let range = self.read..self.bytes.min(self.read + BLOCK_BYTES);
        self.read = range.end;
        let block = self.store.get_range(&self.location, range).await;
        block
            .map(Some)
            .map_err(|source| store_error("read", &self.location, source))
    }

    /// True when the last block was given.
    pub(super) fn is_over(&self) -> bool {
        self.read >= self.bytes
    }
}

/// Turns blocks of bytes into blocks of UTF-8, characters that lie across them included.
pub(super) struct TextDecoder {
    file: String,
    encoding: TextEncoding,
    decoder: Decoder,
    /// Line ends so far, for messages.
    lines: u64,
}

impl TextDecoder {
    pub(super) fn new(file: &str, encoding: TextEncoding) -> Self {
        let decoder = match encoding {
            TextEncoding::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            TextEncoding::Cp949 => EUC_KR.new_decoder_without_bom_handling(),
        };
        Self {
            file: file.to_owned(),
            encoding,
            decoder,
            lines: 0,
        }
    }

    /// Decodes a block strictly.
    ///
    /// # Errors
    ///
    /// [`Error::SourceRow`] on a byte that is not of the encoding; its row is the line.
    pub(super) fn decode(&mut self, block: &[u8], is_last: bool) -> Result<Vec<u8>> {
        let room = self.decoder.max_utf8_buffer_length_without_replacement(block.len());
        let mut text = vec![0; room.unwrap_or(block.len().saturating_mul(3))];
        let (result, _, written) = self
            .decoder
            .decode_to_utf8_without_replacement(block, &mut text, is_last);
        text.truncate(written);
        self.lines += u64::try_from(line_ends(&text)).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => Ok(text),
            DecoderResult::OutputFull | DecoderResult::Malformed(..) => Err(Error::SourceRow {
                file: self.file.clone(),
                row: self.lines + 1,
                reason: format!(
                    "the text is not {} there; the file is damaged, or in another encoding (`--encoding {}`)",
                    self.encoding.name(),
                    match self.encoding {
                        TextEncoding::Utf8 => "cp949",
                        TextEncoding::Cp949 => "utf-8",
                    }
                ),
            }),
        }
    }
}

/// The number of line ends in a text.
pub(super) fn line_ends(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').count() - 1
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(encoding: TextEncoding, bytes: &[u8], expected: &str) {
        for cut in 0..=bytes.len() {
            let mut decoder = TextDecoder::new("a.csv", encoding);
            let mut text = decoder.decode(&bytes[..cut], false).unwrap();
            text.extend(decoder.decode(&bytes[cut..], true).unwrap());
            assert_eq!(String::from_utf8(text).unwrap(), expected, "cut at {cut}");
        }
    }

    #[test]
    fn characters_may_lie_across_blocks() {
        check(TextEncoding::Utf8, "\u{feff}종로구,a\n".as_bytes(), "종로구,a\n");
        check(TextEncoding::Cp949, b"\xc1\xbe\xb7\xce\xb1\xb8,a\n", "종로구,a\n");
    }

    #[test]
    fn a_byte_of_another_encoding_names_its_line() {
        let mut decoder = TextDecoder::new("a.csv", TextEncoding::Utf8);
        let error = decoder.decode(b"a\nb\n\xc1\xbe\n", true).unwrap_err().to_string();
        assert!(error.contains("row 3") && error.contains("cp949"), "{error}");
    }
}
