//! CSV and TSV files with geometry as WKT in one of their columns.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use csv::{ByteRecord, ReaderBuilder};
use pilji_catalog::{EncodingDetector, TextEncoding};
use serde_json::{Map, Value};

use super::batch::{Decoded, Fault};
use super::stream::{ByteStream, Chunks, Location, ReadChunk, read_failed};
use super::{Batch, Chunk, OpenPart, Payload, ReadOptions, wkt};
use crate::error::{Error, Result};

const CHUNK_RECORDS: usize = 8192;
const CHUNK_BYTES: usize = 8 << 20;
const SAMPLE_BYTES: usize = 4 << 20;
const BLOCK_BYTES: usize = 1 << 20;
/// A row beyond this has lost a quote and swallowed those behind it.
const MAX_ROW_BYTES: u64 = 64 << 20;
const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";
const WKT_NAMES: [&str; 6] = ["wkt", "geometry", "geom", "the_geom", "wkt_geom", "shape"];

/// Opens a CSV or TSV file. All its columns are text; an empty field is NULL.
///
/// # Errors
///
/// No header or no row, no column with WKT, or an encoding that is not read.
pub(super) fn open(name: &str, file: &Path, options: &ReadOptions) -> Result<OpenPart> {
    let mut notes = Vec::new();
    let location = Location {
        name: name.to_owned(),
        file: file.to_owned(),
        bytes: 0,
        entry: None,
    };
    let encoding = encoding(&location, options, &mut notes)?;
    let consumed = Arc::new(AtomicU64::new(0));
    let mut stream = location.open(&consumed)?;
    let first_bytes = stream.fill_buf().map_err(|source| location.failed(source))?;
    let bom_bytes = if first_bytes.starts_with(UTF8_BOM) {
        UTF8_BOM.len()
    } else {
        0
    };
    let delimiter = delimiter(&first_bytes[bom_bytes..]);
    stream.consume(bom_bytes);

    let row_bytes = Arc::new(AtomicU64::new(0));
    let limited = Limited {
        inner: stream,
        row_bytes: Arc::clone(&row_bytes),
    };
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(limited);
    let mut rows = Rows {
        name: name.to_owned(),
        reader,
        row_bytes,
        pending: None,
        layout: Arc::default(),
        done: 0,
        consumed,
    };
    let header = rows
        .read_row()?
        .ok_or_else(|| Error::PartEmpty { name: name.to_owned() })?;
    let first = rows
        .read_row()?
        .ok_or_else(|| Error::PartEmpty { name: name.to_owned() })?;
    let names = column_names(&header, encoding, &mut notes);
    let Some(wkt_idx) = wkt_column(&names, &first) else {
        return Err(Error::WktMissing {
            name: name.to_owned(),
            columns: names.join(", "),
        });
    };
    rows.pending = Some(first);
    let fields: Vec<Field> = (0..names.len())
        .filter(|index| *index != wkt_idx)
        .map(|index| Field::new(&names[index], DataType::Utf8, true))
        .collect();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    rows.layout = Arc::new(Layout {
        schema: Arc::clone(&schema),
        names,
        wkt_idx,
        encoding,
    });
    Ok(OpenPart {
        schema,
        crs: None,
        rows: None,
        notes,
        chunks: Box::new(Chunks::new(rows)),
    })
}

/// The encoding: a byte order mark, else the option, else what the text shows.
fn encoding(location: &Location, options: &ReadOptions, notes: &mut Vec<String>) -> Result<TextEncoding> {
    let mut file = File::open(&location.file).map_err(Error::io("open", &location.file))?;
    let mut text = Vec::with_capacity(SAMPLE_BYTES);
    file.by_ref()
        .take(SAMPLE_BYTES as u64)
        .read_to_end(&mut text)
        .map_err(|source| location.failed(source))?;
    if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
        return Err(Error::EncodingUnsupported {
            name: location.name.clone(),
            found: "UTF-16".to_owned(),
        });
    }
    if text.starts_with(UTF8_BOM) {
        return Ok(TextEncoding::Utf8);
    }
    if let Some(asked) = options.encoding {
        return Ok(asked);
    }
    let mut detector = EncodingDetector::default();
    loop {
        let is_end = text.len() < BLOCK_BYTES;
        // A line that is cut off could be so within a character.
        let whole = if is_end {
            text.len()
        } else {
            text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
        };
        text[..whole]
            .split(|byte| *byte == b'\n')
            .for_each(|line| detector.see(line));
        if is_end || detector.is_decisive() || whole == 0 {
            break;
        }
        // Nothing but ASCII so far, which fits both.
        text.drain(..whole);
        file.by_ref()
            .take(BLOCK_BYTES as u64)
            .read_to_end(&mut text)
            .map_err(|source| location.failed(source))?;
    }
    let encoding = detector.verdict();
    notes.push(format!("text is taken for {}", encoding.name()));
    Ok(encoding)
}

/// The most frequent of comma, tab, semicolon and stroke in the first line.
fn delimiter(text: &[u8]) -> u8 {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| line.split(|byte| byte == delimiter).count();
    // Of equals the last one is taken.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn column_names(header: &ByteRecord, encoding: TextEncoding, notes: &mut Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (index, field) in header.iter().enumerate() {
        let original = match encoding.escape(field.trim_ascii()) {
            empty if empty.is_empty() => format!("column_{}", index + 1),
            found => found,
        };
        let mut name = original.clone();
        let mut count = 1;
        while names.contains(&name) {
            count += 1;
            name = format!("{original}_{count}");
        }
        if count > 1 {
            notes.push(format!("a second column {original} is read as {name}"));
        }
        names.push(name);
    }
    names
}

/// The column of a usual name whose first value is WKT or empty, else the first with WKT in it.
fn wkt_column(names: &[String], first: &ByteRecord) -> Option<usize> {
    let has_wkt = |index: usize| first.get(index).is_some_and(wkt::looks_like);
    let is_blank = |index: usize| first.get(index).is_none_or(|field| field.trim_ascii().is_empty());
    let usual = WKT_NAMES.iter().find_map(|wkt_name| {
        (0..names.len())
            .find(|index| names[*index].eq_ignore_ascii_case(wkt_name) && (has_wkt(*index) || is_blank(*index)))
    });
    usual.or_else(|| (0..names.len()).find(|index| has_wkt(*index)))
}

/// Fails when a single row takes more memory than any row should.
struct Limited {
    inner: ByteStream,
    row_bytes: Arc<AtomicU64>,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.row_bytes.fetch_add(count as u64, Ordering::Relaxed) > MAX_ROW_BYTES {
            let found = format!("it runs on for more than {} MiB", MAX_ROW_BYTES >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, found));
        }
        Ok(count)
    }
}

/// How to decode rows.
#[derive(Debug)]
struct Layout {
    schema: SchemaRef,
    /// All columns, that of the geometry included.
    names: Vec<String>,
    wkt_idx: usize,
    encoding: TextEncoding,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            schema: Arc::new(Schema::empty()),
            names: Vec::new(),
            wkt_idx: 0,
            encoding: TextEncoding::Utf8,
        }
    }
}

/// The stream of chunks.
struct Rows {
    name: String,
    reader: csv::Reader<Limited>,
    row_bytes: Arc<AtomicU64>,
    /// The first row, which was read to find the geometry.
    pending: Option<ByteRecord>,
    layout: Arc<Layout>,
    /// Rows given away.
    done: u64,
    consumed: Arc<AtomicU64>,
}

impl ReadChunk for Rows {
    fn read_chunk(&mut self) -> Result<Option<Chunk>> {
        let mut rows = Vec::with_capacity(CHUNK_RECORDS);
        let mut bytes = 0;
        while rows.len() < CHUNK_RECORDS && bytes < CHUNK_BYTES {
            let pending = self.pending.take();
            let next = if pending.is_some() { pending } else { self.read_row()? };
            let Some(row) = next else { break };
            bytes += row.as_slice().len();
            rows.push(row);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let first_row = self.done + 1;
        self.done += rows.len() as u64;
        let bytes_read = self.consumed.swap(0, Ordering::Relaxed);
        let raw = RawRows {
            layout: Arc::clone(&self.layout),
            rows,
            first_row,
        };
        Ok(Some(Chunk {
            bytes_read,
            payload: Payload::Csv(raw),
        }))
    }
}

impl Rows {
    fn read_row(&mut self) -> Result<Option<ByteRecord>> {
        self.row_bytes.store(0, Ordering::Relaxed);
        let mut row = ByteRecord::new();
        match self.reader.read_byte_record(&mut row) {
            Ok(true) => Ok(Some(row)),
            Ok(false) => Ok(None),
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => Error::CsvRow {
                    name: self.name.clone(),
                    row: self.done + 1,
                    found: source.to_string(),
                },
                csv::ErrorKind::Io(source) => read_failed(&self.name, source),
                other => Error::CsvRow {
                    name: self.name.clone(),
                    row: self.done + 1,
                    found: format!("{other:?}"),
                },
            }),
        }
    }
}

/// Rows cut into fields, not decoded.
pub(super) struct RawRows {
    layout: Arc<Layout>,
    rows: Vec<ByteRecord>,
    first_row: u64,
}

impl RawRows {
    pub(super) fn records(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn decode(self) -> Batch {
        let Self {
            layout,
            rows,
            first_row,
        } = self;
        let mut decoded = Decoded {
            rows: (first_row..).take(rows.len()).collect(),
            ..Decoded::default()
        };
        for (index, row) in rows.iter().enumerate() {
            let (found, expected) = (row.len(), layout.names.len());
            if found != expected {
                let message = format!("the row has {found} fields, but the header {expected}");
                decoded.blame(index, Fault::field(message, found.to_string()));
                decoded.geometry.push(None);
                continue;
            }
            let text = row[layout.wkt_idx].trim_ascii();
            let read = if text.is_empty() {
                Ok(None)
            } else {
                wkt::read(text, &mut decoded.counts)
            };
            decoded.geometry.push(read.unwrap_or_else(|fault| {
                decoded.faults.insert(index, fault);
                None
            }));
        }
        let attribute_idxs = (0..layout.names.len()).filter(|index| *index != layout.wkt_idx);
        let columns = attribute_idxs
            .map(|column_idx| layout.decode_column(column_idx, &rows, &mut decoded))
            .collect();
        decoded.finish(&layout.schema, columns, |index| layout.record(&rows[index]))
    }
}

impl Layout {
    fn decode_column(&self, column_idx: usize, rows: &[ByteRecord], decoded: &mut Decoded) -> ArrayRef {
        let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
        for (index, row) in rows.iter().enumerate() {
            let field = row.get(column_idx).unwrap_or_default();
            if field.is_empty() {
                builder.append_null();
            } else if let Some(text) = self.encoding.decode(field) {
                builder.append_value(text);
            } else {
                builder.append_null();
                decoded.blame(index, Fault::text(&self.names[column_idx], self.encoding, field));
            }
        }
        Arc::new(builder.finish())
    }

    /// The fields of a row as found; those beyond the header are numbered.
    fn record(&self, row: &ByteRecord) -> Map<String, Value> {
        let value = |field: &[u8]| match field {
            [] => Value::Null,
            _ => Value::from(self.encoding.escape(field)),
        };
        let name = |index: usize| {
            self.names
                .get(index)
                .cloned()
                .unwrap_or_else(|| format!("field_{}", index + 1))
        };
        let fields = row
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != self.wkt_idx || row.len() != self.names.len());
        fields.map(|(index, field)| (name(index), value(field))).collect()
    }
}
