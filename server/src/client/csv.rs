//! CSV by RFC 4180: comma, CRLF, quotes where needed, a header; UTF-8 without a byte-order mark.
//!
//! NULL and the empty text look alike, as CSV has it. Nested values are JSON.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{Field, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use csv::{Terminator, Writer, WriterBuilder};

use super::RowsWriter;
use super::geometry::with_wkt;
use super::json;
use super::output::Sink;
use crate::error::{Error, Result};

/// Writes a header and a line for each row.
pub struct CsvWriter {
    sink: Sink,
    n_rows: u64,
}

/// The texts of one column.
enum Cells<'a> {
    Plain(ArrayFormatter<'a>),
    Json(Vec<String>),
}

impl CsvWriter {
    /// Writes the header.
    ///
    /// # Errors
    ///
    /// [`Error::Output`].
    pub fn new(mut sink: Sink, schema: &SchemaRef) -> Result<Self> {
        let mut lines = lines();
        lines
            .write_record(schema.fields().iter().map(|field| field.name()))
            .map_err(|error| format_error(&error))?;
        sink.put(bytes(lines)?)?;
        Ok(Self { sink, n_rows: 0 })
    }
}

impl RowsWriter for CsvWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool> {
        let batch = with_wkt(batch, self.n_rows)?;
        let options = FormatOptions::default();
        let schema = batch.schema();
        let columns = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| cells(field, column, &options))
            .collect::<Result<Vec<_>>>()?;
        let mut lines = lines();
        for row in 0..batch.num_rows() {
            for (cells, column) in columns.iter().zip(batch.columns()) {
                let text = match cells {
                    _ if column.is_null(row) => String::new(),
                    Cells::Plain(formatter) => formatter.value(row).try_to_string()?,
                    Cells::Json(texts) => texts[row].clone(),
                };
                lines.write_field(text).map_err(|error| format_error(&error))?;
            }
            lines
                .write_record(None::<&[u8]>)
                .map_err(|error| format_error(&error))?;
        }
        self.n_rows += batch.num_rows() as u64;
        self.sink.put(bytes(lines)?)?;
        Ok(true)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.sink.finish()
    }
}

fn cells<'a>(field: &Field, column: &'a ArrayRef, options: &FormatOptions<'a>) -> Result<Cells<'a>> {
    Ok(if field.data_type().is_nested() {
        Cells::Json(json::values(field, column)?)
    } else {
        Cells::Plain(ArrayFormatter::try_new(column, options)?)
    })
}

fn lines() -> Writer<Vec<u8>> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new())
}

fn bytes(lines: Writer<Vec<u8>>) -> Result<Vec<u8>> {
    lines.into_inner().map_err(|error| Error::Format {
        format: "csv",
        reason: error.to_string(),
    })
}

fn format_error(error: &csv::Error) -> Error {
    Error::Format {
        format: "csv",
        reason: error.to_string(),
    }
}
