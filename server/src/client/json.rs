//! JSON: one array with one object a line, so that both a JSON parser and line tools read it.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;

use super::RowsWriter;
use super::geometry::with_wkt;
use super::output::Sink;
use crate::error::Result;

/// Writes an array of objects. NULL is `null`; other binary values than geometry are hexadecimal.
pub struct JsonWriter {
    sink: Sink,
    n_rows: u64,
}

impl JsonWriter {
    /// A writer that has written nothing yet.
    pub fn new(sink: Sink) -> Self {
        Self { sink, n_rows: 0 }
    }
}

impl RowsWriter for JsonWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool> {
        for line in objects(&with_wkt(batch, self.n_rows)?)?.lines() {
            self.sink.put(if self.n_rows == 0 { "[\n" } else { ",\n" })?;
            self.sink.put(line)?;
            self.n_rows += 1;
        }
        Ok(true)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.sink.put(if self.n_rows == 0 { "[]\n" } else { "\n]\n" })?;
        self.sink.finish()
    }
}

/// Each row as an object, one a line.
///
/// # Errors
///
/// When a type has no form in JSON.
pub fn objects(batch: &RecordBatch) -> Result<String, ArrowError> {
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    String::from_utf8(writer.into_inner()).map_err(|error| ArrowError::JsonError(error.to_string()))
}

/// Each value of a column as JSON; NULL is `null`.
///
/// # Errors
///
/// When the type has no form in JSON.
pub fn values(field: &Field, column: &ArrayRef) -> Result<Vec<String>, ArrowError> {
    const NAME: &str = "v";
    let field = Field::new(NAME, field.data_type().clone(), true);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::clone(column)])?;
    let value = |line: &str| {
        let value = line.strip_prefix("{\"v\":").and_then(|rest| rest.strip_suffix('}'));
        value.unwrap_or(line).to_owned()
    };
    Ok(objects(&batch)?.lines().map(value).collect())
}
