//! The attribute table of a shapefile (dBASE III and its successors).
//!
//! Slicing is our own: the `dbase` crate wants to seek, which a stream out of a zip cannot, and gives decoded text
//! only, while rejected rows must show the bytes as found. Rows have a fixed length, so there is little to it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, PrimitiveBuilder, StringBuilder,
};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Date32Type, Field as ArrowField, Schema, SchemaRef};
use chrono::NaiveDate;
use pilji_catalog::TextEncoding;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::source::batch::{Decoded, Fault};
use crate::source::stream::{ByteStream, ReadWhole};

const HEADER_BYTES: usize = 32;
const FIELD_BYTES: usize = 32;
const FIELDS_END: u8 = 0x0D;
const DELETED: u8 = b'*';

/// Integers of up to this many digits and sign are kept as such; wider ones are sums of money or scientific.
const MAX_INTEGER_WIDTH: usize = 20;

/// What the header says.
#[derive(Debug)]
pub(super) struct Header {
    pub rows: u64,
    /// Bytes of a row: the mark of deletion and all fields.
    pub row_bytes: usize,
    fields: Vec<RawField>,
}

#[derive(Debug)]
struct RawField {
    name: Vec<u8>,
    type_char: u8,
    offset: usize,
    width: usize,
    decimals: u8,
}

/// How to decode rows: fields with their names, and the encoding of text.
#[derive(Debug)]
pub(super) struct Layout {
    pub schema: SchemaRef,
    pub encoding: TextEncoding,
    pub row_bytes: usize,
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: ColumnKind,
    offset: usize,
    width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnKind {
    Text,
    Integer,
    Float,
    Logical,
    Date,
    /// Four bytes, little-endian.
    BinaryInteger,
}

impl Header {
    /// Reads the header; the stream is then at the first row. `bytes` is the length of the whole table.
    ///
    /// # Errors
    ///
    /// Not a DBF table, or one whose length does not fit its number of rows.
    pub(super) fn read(stream: &mut ByteStream, name: &str, bytes: u64) -> Result<Self> {
        let damaged = |found: String| Error::Damaged {
            name: name.to_owned(),
            found,
        };
        let mut start = [0; HEADER_BYTES];
        stream.read_whole(&mut start, name)?;
        let rows = u64::from(u32::from_le_bytes([start[4], start[5], start[6], start[7]]));
        let header_bytes = usize::from(u16::from_le_bytes([start[8], start[9]]));
        let row_bytes = usize::from(u16::from_le_bytes([start[10], start[11]]));
        if header_bytes <= HEADER_BYTES || row_bytes == 0 {
            return Err(damaged("its first bytes are not those of a DBF table".to_owned()));
        }
        let mut descriptors = vec![0; header_bytes - HEADER_BYTES];
        stream.read_whole(&mut descriptors, name)?;

        let mut fields = Vec::new();
        // The first byte of a row marks it as deleted.
        let mut offset = 1;
        for descriptor in descriptors.chunks_exact(FIELD_BYTES) {
            if descriptor[0] == FIELDS_END {
                break;
            }
            let (type_char, width, decimals) = (descriptor[11], usize::from(descriptor[16]), descriptor[17]);
            let name_bytes = until_nul(&descriptor[..11]).trim_ascii().to_vec();
            if !type_char.is_ascii_graphic() || name_bytes.is_empty() {
                return Err(damaged(
                    "its header does not list columns as a DBF table does".to_owned(),
                ));
            }
            fields.push(RawField {
                name: name_bytes,
                type_char,
                offset,
                width,
                decimals,
            });
            offset += width;
        }
        if offset > row_bytes {
            return Err(damaged(format!(
                "its columns take {offset} bytes, but its rows only {row_bytes}"
            )));
        }

        let body_bytes = bytes.saturating_sub(header_bytes as u64);
        // The end mark is one byte more than the rows.
        let is_without_end = body_bytes.is_multiple_of(row_bytes as u64);
        let held = if is_without_end { body_bytes } else { body_bytes - 1 } / row_bytes as u64;
        if held != rows && !(row_bytes == 1 && held == rows + 1) {
            return Err(damaged(format!("it declares {rows} rows, but holds {held}")));
        }
        Ok(Self {
            rows,
            row_bytes,
            fields,
        })
    }

    /// The bytes of a row's text fields, for finding out the encoding.
    pub(super) fn texts<'a>(&'a self, row: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let texts = self.fields.iter().filter(|field| field.type_char == b'C');
        texts.map(|field| trim_text(&row[field.offset..field.offset + field.width]))
    }

    /// The field names as bytes, which are text too.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().map(|field| field.name.as_slice())
    }

    /// The layout of rows; columns of types that are not read are told in `notes`.
    pub(super) fn layout(&self, encoding: TextEncoding, notes: &mut Vec<String>) -> Layout {
        let mut columns: Vec<Column> = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let mut name = encoding.escape(&field.name);
            let Some(kind) = field.kind() else {
                notes.push(format!(
                    "column {name} of DBF type {} is not read",
                    char::from(field.type_char)
                ));
                continue;
            };
            // Names are cut at ten bytes, which can make two of them the same.
            let original = name.clone();
            let mut count = 1;
            while columns.iter().any(|column| column.name == name) {
                count += 1;
                name = format!("{original}_{count}");
            }
            if count > 1 {
                notes.push(format!("a second column {original} is read as {name}"));
            }
            columns.push(Column {
                name,
                kind,
                offset: field.offset,
                width: field.width,
            });
        }
        let fields: Vec<ArrowField> = columns
            .iter()
            .map(|column| ArrowField::new(&column.name, column.kind.data_type(), true))
            .collect();
        Layout {
            schema: Arc::new(Schema::new(fields)),
            encoding,
            row_bytes: self.row_bytes,
            columns,
        }
    }
}

impl RawField {
    fn kind(&self) -> Option<ColumnKind> {
        match self.type_char {
            b'C' => Some(ColumnKind::Text),
            b'N' if self.decimals == 0 && self.width <= MAX_INTEGER_WIDTH => Some(ColumnKind::Integer),
            b'N' | b'F' => Some(ColumnKind::Float),
            b'L' if self.width > 0 => Some(ColumnKind::Logical),
            b'D' => Some(ColumnKind::Date),
            b'I' | b'+' if self.width == 4 => Some(ColumnKind::BinaryInteger),
            _ => None,
        }
    }
}

impl ColumnKind {
    fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer | Self::BinaryInteger => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Logical => DataType::Boolean,
            Self::Date => DataType::Date32,
        }
    }
}

/// Whether a row is marked as deleted.
pub(super) fn is_deleted(row: &[u8]) -> bool {
    row.first() == Some(&DELETED)
}

impl Layout {
    /// Decodes the rows, blaming those with undecodable fields in `decoded`.
    pub(super) fn decode(&self, rows: &[&[u8]], decoded: &mut Decoded) -> Vec<ArrayRef> {
        self.columns
            .iter()
            .map(|column| self.decode_column(column, rows, decoded))
            .collect()
    }

    /// The fields of a row as found: text without its padding, undecodable bytes as `\xNN`, blank fields as null.
    pub(super) fn record(&self, row: &[u8]) -> Map<String, Value> {
        let value = |column: &Column| {
            let bytes = column.slice(row);
            if column.kind == ColumnKind::BinaryInteger {
                return Value::from(little_endian(bytes));
            }
            match trim_text(bytes).trim_ascii_start() {
                [] => Value::Null,
                text if column.kind == ColumnKind::Text => Value::from(self.encoding.escape(trim_text(text))),
                text => Value::from(self.encoding.escape(text)),
            }
        };
        self.columns
            .iter()
            .map(|column| (column.name.clone(), value(column)))
            .collect()
    }

    fn decode_column(&self, column: &Column, rows: &[&[u8]], decoded: &mut Decoded) -> ArrayRef {
        match column.kind {
            ColumnKind::Text => self.decode_text(column, rows, decoded),
            ColumnKind::Integer => {
                let builder = Int64Builder::with_capacity(rows.len());
                decode_primitive(builder, column, rows, decoded, integer, "a whole number")
            }
            ColumnKind::Float => {
                let builder = Float64Builder::with_capacity(rows.len());
                decode_primitive(builder, column, rows, decoded, float, "a number")
            }
            ColumnKind::Date => {
                let builder = Date32Builder::with_capacity(rows.len());
                decode_primitive(builder, column, rows, decoded, date, "a date as YYYYMMDD")
            }
            ColumnKind::Logical => decode_logical(column, rows, decoded),
            ColumnKind::BinaryInteger => {
                let mut builder = Int64Builder::with_capacity(rows.len());
                for row in rows {
                    builder.append_value(little_endian(column.slice(row)));
                }
                Arc::new(builder.finish())
            }
        }
    }

    fn decode_text(&self, column: &Column, rows: &[&[u8]], decoded: &mut Decoded) -> ArrayRef {
        let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * column.width.min(32));
        // Neighbouring rows mostly lie in one district; decoding its name once saves a third of all work.
        let mut last: (&[u8], String) = (&[], String::new());
        for (index, row) in rows.iter().enumerate() {
            let text = trim_text(column.slice(row));
            if text.is_empty() {
                builder.append_null();
            } else if text == last.0 {
                builder.append_value(&last.1);
            } else if text.is_ascii() {
                // ASCII is UTF-8, and cp949 has it unchanged.
                builder.append_value(String::from_utf8_lossy(text));
            } else if let Some(decoded_text) = self.encoding.decode(text) {
                builder.append_value(&decoded_text);
                last = (text, decoded_text.into_owned());
            } else {
                builder.append_null();
                decoded.blame(index, Fault::text(&column.name, self.encoding, text));
            }
        }
        Arc::new(builder.finish())
    }
}

impl Column {
    fn slice<'a>(&self, row: &'a [u8]) -> &'a [u8] {
        &row[self.offset..self.offset + self.width]
    }
}

fn decode_primitive<T: ArrowPrimitiveType>(
    mut builder: PrimitiveBuilder<T>,
    column: &Column,
    rows: &[&[u8]],
    decoded: &mut Decoded,
    parse: fn(&[u8]) -> Option<Option<T::Native>>,
    expected: &str,
) -> ArrayRef {
    for (index, row) in rows.iter().enumerate() {
        let text = until_nul(column.slice(row)).trim_ascii();
        // GDAL and pyshp fill a number without a value with asterisks.
        if text.iter().all(|byte| *byte == b'*') {
            builder.append_null();
        } else if let Some(value) = parse(text) {
            builder.append_option(value);
        } else {
            builder.append_null();
            let message = format!("column {} is not {expected}", column.name);
            decoded.blame(index, Fault::field(message, TextEncoding::Utf8.escape(text)));
        }
    }
    Arc::new(builder.finish())
}

fn decode_logical(column: &Column, rows: &[&[u8]], decoded: &mut Decoded) -> ArrayRef {
    let mut builder = BooleanBuilder::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        match column.slice(row)[0] {
            b'T' | b't' | b'Y' | b'y' => builder.append_value(true),
            b'F' | b'f' | b'N' | b'n' => builder.append_value(false),
            b' ' | b'?' | 0 => builder.append_null(),
            other => {
                builder.append_null();
                let message = format!("column {} is neither T nor F", column.name);
                decoded.blame(index, Fault::field(message, TextEncoding::Utf8.escape(&[other])));
            }
        }
    }
    Arc::new(builder.finish())
}

/// A whole number, also one written with a fraction of zeros.
#[expect(clippy::option_option, reason = "an unreadable field differs from a NULL one")]
fn integer(text: &[u8]) -> Option<Option<i64>> {
    let text = std::str::from_utf8(text).ok()?;
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    whole.parse().ok().map(Some)
}

#[expect(clippy::option_option, reason = "an unreadable field differs from a NULL one")]
fn float(text: &[u8]) -> Option<Option<f64>> {
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    number.is_finite().then_some(Some(number))
}

/// Days since 1970-01-01; eight zeros are NULL.
#[expect(clippy::option_option, reason = "an unreadable field differs from a NULL one")]
fn date(text: &[u8]) -> Option<Option<i32>> {
    if text == b"00000000" {
        return Some(None);
    }
    if text.len() != 8 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let date = NaiveDate::from_ymd_opt(
        text[..4].parse().ok()?,
        text[4..6].parse().ok()?,
        text[6..].parse().ok()?,
    )?;
    Some(Some(Date32Type::from_naive_date(date)))
}

fn little_endian(bytes: &[u8]) -> i64 {
    bytes.try_into().map_or(0, |bytes| i64::from(i32::from_le_bytes(bytes)))
}

/// A text field without its padding; what stands behind a NUL is left over from other rows.
fn trim_text(mut bytes: &[u8]) -> &[u8] {
    const BLANKS: [u8; 16] = [b' '; 16];
    while let Some((head, tail)) = bytes.split_last_chunk()
        && *tail == BLANKS
    {
        bytes = head;
    }
    until_nul(bytes.trim_ascii_end()).trim_ascii_end()
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    &bytes[..length]
}
