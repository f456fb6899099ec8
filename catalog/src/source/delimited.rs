//! Rows of CSV and TSV text, block after block.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions};
use arrow::csv::ReaderBuilder;
use arrow::csv::reader::Decoder;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::CsvFormat;
use super::infer::{type_name, typed};
use super::quotes::Quotes;
use super::text_rows::Rows;
use crate::{BadValue, Error, Result};

/// Some columns of a CSV file.
pub(super) struct CsvRows {
    file: String,
    table: String,
    columns: Vec<String>,
    /// The columns that are read, in their types.
    schema: SchemaRef,
    /// Reads the first row; gone when it was read.
    header: Option<Decoder>,
    decoder: Decoder,
    quotes: Quotes,
    /// The number of the next row.
    row: u64,
    first_row: u64,
}

impl CsvRows {
    /// Reads these columns, in batches of at most `batch_rows`.
    ///
    /// # Errors
    ///
    /// [`Error::SourceSchema`] when the format has no such column.
    pub(super) fn new(
        file: &str,
        table: &str,
        format: &CsvFormat,
        columns: Vec<FieldRef>,
        batch_rows: usize,
    ) -> Result<Self> {
        let mut projection = Vec::with_capacity(columns.len());
        for column in &columns {
            let place = format.columns.iter().position(|name| name == column.name());
            projection.push(place.ok_or_else(|| Error::SourceSchema {
                file: file.to_owned(),
                column: column.name().clone(),
                difference: "is in the model and not in the file; register the file again".to_owned(),
            })?);
        }
        let as_text = |name: &String| Field::new(name, DataType::Utf8, true);
        let texts = Arc::new(Schema::new(format.columns.iter().map(as_text).collect::<Vec<_>>()));
        let reader = |batch_rows| {
            ReaderBuilder::new(Arc::clone(&texts))
                .with_delimiter(format.delimiter)
                .with_header(false)
                .with_batch_size(batch_rows)
        };
        let first_row = if format.header { 2 } else { 1 };
        Ok(Self {
            file: file.to_owned(),
            table: table.to_owned(),
            columns: format.columns.clone(),
            schema: Arc::new(Schema::new(columns)),
            header: format.header.then(|| reader(1).build_decoder()),
            decoder: reader(batch_rows).with_projection(projection).build_decoder(),
            quotes: Quotes::new(format.delimiter),
            row: first_row,
            first_row,
        })
    }

    fn check_header(&self, header: &RecordBatch) -> Result<()> {
        let found = header.columns().iter().map(AsArray::as_string::<i32>);
        let found: Vec<&str> = found
            .map(|column| if column.is_valid(0) { column.value(0) } else { "" })
            .collect();
        let names = unique_names(&found);
        match names
            .iter()
            .zip(&self.columns)
            .find(|(found, expected)| found != expected)
        {
            None => Ok(()),
            Some((found, expected)) => Err(Error::SourceSchema {
                file: self.file.clone(),
                column: expected.clone(),
                difference: format!("is called {found:?} in the first row of the file"),
            }),
        }
    }

    fn flush(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let texts = match self.decoder.flush() {
            Ok(Some(texts)) => texts,
            Ok(None) => return Ok(()),
            Err(source) => return Err(self.row_error(&source, self.first_row)),
        };
        let failed = |source| Error::SourceColumns {
            file: self.file.clone(),
            source,
        };
        let mut arrays = Vec::with_capacity(texts.num_columns());
        for (column, field) in texts.columns().iter().zip(self.schema.fields()) {
            match typed(column, field.data_type()).map_err(failed)? {
                Ok(array) => arrays.push(array),
                Err(idx) => {
                    let value = column.as_string_opt::<i32>().map_or("", |texts| texts.value(idx));
                    return Err(Error::SourceValue(Box::new(BadValue {
                        file: self.file.clone(),
                        row: self.row + u64::try_from(idx).unwrap_or_default(),
                        column: field.name().clone(),
                        value: value.to_owned(),
                        expected: type_name(field.data_type()),
                        table: self.table.clone(),
                    })));
                }
            }
        }
        self.row += u64::try_from(texts.num_rows()).unwrap_or_default();
        let options = RecordBatchOptions::new().with_row_count(Some(texts.num_rows()));
        out.push(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map_err(failed)?);
        Ok(())
    }

    fn open_quote(&self, row: u64) -> Error {
        Error::SourceRow {
            file: self.file.clone(),
            row,
            reason: "a quote is opened there and never closed; close it, or double it if it is part of the value"
                .to_owned(),
        }
    }

    /// The library's message about a row of the wrong length, with the row as it is counted here.
    fn row_error(&self, source: &ArrowError, first_row: u64) -> Error {
        let message = source.to_string();
        let numbers: Vec<u64> = message
            .split(|character: char| !character.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect();
        let (row, reason) = match numbers[..] {
            [line, expected, found] => {
                let more = if message.contains("more than") {
                    "more than "
                } else {
                    ""
                };
                (
                    line + first_row - 1,
                    format!(
                        "it has {more}{found} fields where {expected} are expected; a value with the delimiter or a \
                         line end in it must be quoted"
                    ),
                )
            }
            _ => (self.row, message),
        };
        Error::SourceRow {
            file: self.file.clone(),
            row,
            reason,
        }
    }

    /// Reads on in the first row; gives what is behind it.
    fn read_header<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8]> {
        let Some(header) = &mut self.header else {
            return Ok(text);
        };
        let read = header.decode(text).and_then(|n_bytes| {
            let is_read = header.capacity() == 0;
            Ok((n_bytes, if is_read { header.flush()? } else { None }))
        });
        let (n_bytes, names) = read.map_err(|source| self.row_error(&source, 1))?;
        if let Some(names) = names {
            self.check_header(&names)?;
            self.header = None;
        }
        Ok(text.get(n_bytes..).unwrap_or_default())
    }
}

impl Rows for CsvRows {
    fn push(&mut self, text: &[u8], out: &mut Vec<RecordBatch>) -> Result<()> {
        self.quotes.see(text).map_err(|row| self.open_quote(row))?;
        let mut rest = self.read_header(text)?;
        while !rest.is_empty() && self.header.is_none() {
            let read = self.decoder.decode(rest);
            let n_bytes = read.map_err(|source| self.row_error(&source, self.first_row))?;
            rest = rest.get(n_bytes..).unwrap_or_default();
            if self.decoder.capacity() == 0 {
                self.flush(out)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.quotes.end().map_err(|row| self.open_quote(row))?;
        self.read_header(&[])?;
        let ended = self.decoder.decode(&[]);
        ended.map_err(|source| self.row_error(&source, self.first_row))?;
        self.flush(out)
    }
}

/// Names for the columns of a first row: blanks at the ends cut, a missing one made up, a second one numbered.
pub(super) fn unique_names(found: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(found.len());
    for (idx, name) in found.iter().enumerate() {
        let original = match name.trim() {
            "" => format!("column_{}", idx + 1),
            name => name.to_owned(),
        };
        let mut name = original.clone();
        let mut count = 1;
        while names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            count += 1;
            name = format!("{original}_{count}");
        }
        names.push(name);
    }
    names
}
