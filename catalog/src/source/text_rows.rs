//! Text files as rows: a file is read block by block, decoded, and given out in batches as they fill.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::FieldRef;
use object_store::ObjectStore;
use object_store::path::Path;

use super::Format;
use super::blocks::{Blocks, TextDecoder};
use super::delimited::CsvRows;
use super::json::JsonRows;
use crate::{Error, Result, TextEncoding};

/// A reader that is given text and gives rows.
pub(super) trait Rows: Send {
    /// Takes text, which may end anywhere, and appends the batches that it fills.
    fn push(&mut self, text: &[u8], out: &mut Vec<RecordBatch>) -> Result<()>;

    /// Appends what is left at the end of the file.
    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()>;
}

/// One text file being read.
pub(super) struct TextRows {
    blocks: Blocks,
    decoder: TextDecoder,
    rows: Box<dyn Rows>,
    ready: VecDeque<RecordBatch>,
    /// What ended the reading; given out after the rows before it.
    failed: Option<Error>,
    is_over: bool,
}

impl TextRows {
    /// Reads these columns of a file; `table` is named in messages.
    ///
    /// # Errors
    ///
    /// [`Error::SourceSchema`](crate::Error::SourceSchema) when the file cannot have such a column.
    pub(super) fn open(
        store: &Arc<dyn ObjectStore>,
        location: Path,
        bytes: u64,
        format: &Format,
        columns: Vec<FieldRef>,
        table: &str,
        batch_rows: usize,
    ) -> Result<Self> {
        let file = location.to_string();
        let (encoding, rows): (TextEncoding, Box<dyn Rows>) = match format {
            Format::Csv(csv) => (
                csv.encoding,
                Box::new(CsvRows::new(&file, table, csv, columns, batch_rows)?),
            ),
            _ => (
                TextEncoding::Utf8,
                Box::new(JsonRows::new(&file, table, columns, batch_rows)),
            ),
        };
        Ok(Self {
            blocks: Blocks::new(store, location, bytes),
            decoder: TextDecoder::new(&file, encoding),
            rows,
            ready: VecDeque::new(),
            failed: None,
            is_over: false,
        })
    }

    /// The next rows; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(rows) = self.ready.pop_front() {
                return Ok(Some(rows));
            }
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            if self.is_over {
                return Ok(None);
            }
            let block = self.blocks.next().await?;
            let is_last = self.blocks.is_over();
            let text = self.decoder.decode(block.as_deref().unwrap_or_default(), is_last)?;
            let mut batches = Vec::new();
            let mut result = self.rows.push(&text, &mut batches);
            if is_last && result.is_ok() {
                result = self.rows.finish(&mut batches);
            }
            self.ready.extend(batches);
            self.is_over = is_last || result.is_err();
            self.failed = result.err();
        }
    }
}
