//! Rows of JSON lines, and the columns that they have.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema_from_iterator;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::infer::{Kind, infer, kind_of, type_name};
use super::text_rows::Rows;
use crate::{BadValue, Error, Result};

/// Some columns of a file of JSON lines.
pub(super) struct JsonRows {
    file: String,
    table: String,
    schema: SchemaRef,
    batch_rows: usize,
    /// Text behind the last line end.
    rest: Vec<u8>,
    lines: Lines,
    /// The number of the next line.
    row: u64,
}

/// Whole lines that wait to be decoded, and the number of each.
#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    rows: Vec<u64>,
}

impl JsonRows {
    pub(super) fn new(file: &str, table: &str, columns: Vec<FieldRef>, batch_rows: usize) -> Self {
        Self {
            file: file.to_owned(),
            table: table.to_owned(),
            schema: Arc::new(Schema::new(columns)),
            batch_rows,
            rest: Vec::new(),
            lines: Lines::default(),
            row: 1,
        }
    }

    fn take_line(&mut self, line: &[u8], out: &mut Vec<RecordBatch>) -> Result<()> {
        if !line.trim_ascii().is_empty() {
            self.lines.text.extend_from_slice(line.trim_ascii());
            self.lines.text.push(b'\n');
            self.lines.rows.push(self.row);
        }
        self.row += 1;
        if self.lines.rows.len() == self.batch_rows {
            self.flush(out)?;
        }
        Ok(())
    }

    fn flush(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let lines = std::mem::take(&mut self.lines);
        if lines.rows.is_empty() {
            return Ok(());
        }
        match self.decode(&lines.text, lines.rows.len()) {
            Ok(rows) => {
                out.push(rows);
                Ok(())
            }
            Err(source) => Err(self.blame(&lines, source)),
        }
    }

    fn decode(&self, text: &[u8], n_rows: usize) -> Result<RecordBatch, ArrowError> {
        let mut decoder = ReaderBuilder::new(Arc::clone(&self.schema))
            .with_coerce_primitive(true)
            .with_batch_size(n_rows)
            .build_decoder()?;
        decoder.decode(text)?;
        match decoder.flush()? {
            Some(rows) if rows.num_rows() == n_rows => Ok(rows),
            _ => Err(ArrowError::JsonError("expected one object a line".to_owned())),
        }
    }

    /// Finds the line that cannot be decoded, by decoding them one by one.
    fn blame(&self, lines: &Lines, source: ArrowError) -> Error {
        let texts = lines.text.split(|byte| *byte == b'\n');
        for (line, row) in texts.zip(&lines.rows) {
            let Err(source) = self.decode(line, 1) else {
                continue;
            };
            let object: Option<Value> = serde_json::from_slice(line).ok();
            let message = source.to_string();
            let column = message.split('\'').nth(1).unwrap_or_default();
            let field = self.schema.field_with_name(column);
            return match (object.as_ref().and_then(|object| object.get(column)), field) {
                (Some(value), Ok(field)) => Error::SourceValue(Box::new(BadValue {
                    file: self.file.clone(),
                    row: *row,
                    column: column.to_owned(),
                    value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                    expected: type_name(field.data_type()),
                    table: self.table.clone(),
                })),
                _ => Error::SourceRow {
                    file: self.file.clone(),
                    row: *row,
                    reason: format!("it is no JSON object with the columns of the others ({message})"),
                },
            };
        }
        Error::SourceColumns {
            file: self.file.clone(),
            source,
        }
    }
}

impl Rows for JsonRows {
    fn push(&mut self, text: &[u8], out: &mut Vec<RecordBatch>) -> Result<()> {
        let mut lines = text.split(|byte| *byte == b'\n');
        let mut current = lines.next().unwrap_or_default();
        for next in lines {
            if self.rest.is_empty() {
                self.take_line(current, out)?;
            } else {
                let mut line = std::mem::take(&mut self.rest);
                line.extend_from_slice(current);
                self.take_line(&line, out)?;
            }
            current = next;
        }
        self.rest.extend_from_slice(current);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let line = std::mem::take(&mut self.rest);
        self.take_line(&line, out)?;
        self.flush(out)
    }
}

/// The columns of these lines, in the order in which they appear, and remarks on their types.
///
/// # Errors
///
/// [`Error::SourceRow`] on a line that is no JSON object, [`Error::SourceColumns`] when a column has objects in one
/// line and plain values in another.
pub(super) fn columns(file: &str, text: &[u8], max_rows: usize) -> Result<(Vec<FieldRef>, Vec<String>)> {
    let mut names: Vec<String> = Vec::new();
    let mut objects: Vec<Value> = Vec::new();
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    for (idx, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()).take(max_rows) {
        let members = match serde_json::from_slice::<Members>(line) {
            Ok(members) => members.0,
            Err(error) => {
                return Err(Error::SourceRow {
                    file: file.to_owned(),
                    row: u64::try_from(idx + 1).unwrap_or_default(),
                    reason: format!("it is no JSON object ({error})"),
                });
            }
        };
        for (name, _) in &members {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        objects.push(Value::Object(
            members.into_iter().map(|(name, value)| (name, exact(value))).collect(),
        ));
    }
    let inferred = infer_json_schema_from_iterator(objects.iter().map(Ok)).map_err(|source| Error::SourceColumns {
        file: file.to_owned(),
        source,
    })?;
    let mut fields = Vec::with_capacity(names.len());
    let mut remarks = Vec::new();
    for name in names {
        let data_type = match inferred.field_with_name(&name) {
            Ok(field) => known(field.data_type()),
            Err(_) => DataType::Utf8,
        };
        let values = || {
            objects
                .iter()
                .filter_map(|object| object.get(&name))
                .filter(|value| !value.is_null())
        };
        let data_type = match data_type {
            DataType::Utf8 if values().all(Value::is_string) => {
                match infer(&name, values().filter_map(Value::as_str)).0 {
                    date @ (DataType::Date32 | DataType::Timestamp(..)) => date,
                    _ => DataType::Utf8,
                }
            }
            DataType::Utf8 if values().any(Value::is_string) => {
                remarks.push(format!("{name} has text and other values; it is read as text"));
                DataType::Utf8
            }
            other => other,
        };
        fields.push(Arc::new(Field::new(name, data_type, true)));
    }
    Ok((fields, remarks))
}

/// Numbers that are codes become text, which keeps all their digits.
fn exact(value: Value) -> Value {
    match value {
        Value::Number(number) if kind_of(&number.to_string()) == Kind::Code => Value::String(number.to_string()),
        Value::Array(items) => Value::Array(items.into_iter().map(exact).collect()),
        other => other,
    }
}

/// The type, with text where nothing but NULL was seen.
fn known(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Null => DataType::Utf8,
        DataType::List(item) => DataType::List(Arc::new(Field::new_list_field(known(item.data_type()), true))),
        DataType::Struct(children) => DataType::Struct(
            children
                .iter()
                .map(|child| Field::new(child.name(), known(child.data_type()), true))
                .collect::<Fields>(),
        ),
        other => other.clone(),
    }
}

/// The members of a JSON object in their order.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
