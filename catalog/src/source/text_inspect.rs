//! Inspects text files: encoding, delimiter, header, and the types that the first rows allow.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use object_store::ObjectStore;

use super::blocks::{Blocks, TextDecoder, line_ends};
use super::columns::{Partition, to_table};
use super::delimited::unique_names;
use super::format::UTF8_BOM;
use super::infer::{Kind, infer, kind_of, typed};
use super::listing::{ListedFile, Listing};
use super::text_rows::TextRows;
use super::tree::table_schema;
use super::{CsvFormat, Format, FormatKind, Inspected, SAMPLE_ROWS, SourceOptions, geometry, json, levels};
use crate::{EncodingDetector, Error, Result, TextEncoding};

/// How far a file is searched for text beyond ASCII, which tells its encoding.
const SEARCHED_BYTES: u64 = 64 << 20;

/// How many rows tell the delimiter.
const DIALECT_ROWS: usize = 20;

/// How many files' first rows are compared.
const COMPARED_FILES: usize = 64;

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Inspects CSV files or files of JSON lines.
pub(super) async fn inspect(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    kind: FormatKind,
    options: &SourceOptions,
    mut remarks: Vec<String>,
) -> Result<Inspected> {
    let Some(first) = listing.files.first() else {
        return Err(Error::SourceMissing {
            path: listing.root.to_string(),
        });
    };
    let (format, columns, sample) = if kind == FormatKind::Csv {
        inspect_csv(store, listing, first, options, &mut remarks).await?
    } else {
        inspect_json(store, listing, first, &mut remarks).await?
    };
    compare(store, listing, &format, &columns).await?;

    let levels = levels::read(listing)?;
    let names: Vec<String> = columns.iter().map(|field| field.name().clone()).collect();
    let partition_columns = levels.columns(listing.root.as_ref(), &options.levels, &names)?;
    let schema = table_schema(&columns, &partition_columns, &mut remarks);
    let values = levels.values.into_iter().next().unwrap_or_default();
    let partition: Partition = partition_columns.iter().cloned().zip(values).collect();
    let failed = |source| Error::SourceColumns {
        file: first.path.clone(),
        source,
    };
    let sample = vec![to_table(&sample, &schema, &partition).map_err(failed)?];
    let schema = geometry::mark(&schema, &HashMap::new(), &sample, &mut remarks);
    let sample = geometry::with_schema(sample, &schema).map_err(failed)?;
    let n_rows = u64::try_from(sample.iter().map(RecordBatch::num_rows).sum::<usize>()).unwrap_or_default();
    if n_rows == 0 {
        remarks.push("there are no rows; all columns are taken for text".to_owned());
    }
    let is_whole = n_rows < SAMPLE_ROWS as u64;
    let row_bytes = if is_whole { first.bytes } else { text_bytes(&sample) } / n_rows.max(1);
    Ok(Inspected {
        format,
        schema,
        partition_columns,
        files: listing.files.len(),
        bytes: listing.bytes(),
        rows: (is_whole && listing.files.len() == 1).then_some(n_rows),
        row_bytes: Some(row_bytes.max(1)),
        sample,
        remarks,
    })
}

/// About as many bytes as the sample takes in its file.
fn text_bytes(sample: &[RecordBatch]) -> u64 {
    let bytes: usize = sample
        .iter()
        .flat_map(RecordBatch::columns)
        .map(|array| array.get_buffer_memory_size())
        .sum();
    u64::try_from(bytes).unwrap_or_default()
}

/// Format, columns and sample of a CSV file.
async fn inspect_csv(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    file: &ListedFile,
    options: &SourceOptions,
    remarks: &mut Vec<String>,
) -> Result<(Format, Vec<FieldRef>, RecordBatch)> {
    let location = listing.location(file)?;
    let encoding = match options.encoding {
        Some(encoding) => encoding,
        None => encoding(Blocks::new(store, location.clone(), file.bytes), remarks).await?,
    };
    let mut blocks = Blocks::new(store, location.clone(), file.bytes);
    let block = blocks.next().await?.unwrap_or_default();
    let text = TextDecoder::new(location.as_ref(), encoding).decode(&block, blocks.is_over())?;
    let format = dialect(&text, blocks.is_over(), encoding, options, remarks);
    if format.columns.is_empty() {
        return Err(Error::SourceEmpty {
            file: location.to_string(),
            what: "not one column",
        });
    }
    let texts: Vec<FieldRef> = format
        .columns
        .iter()
        .map(|name| Arc::new(Field::new(name, DataType::Utf8, true)))
        .collect();
    let format = Format::Csv(format);
    let sample = first_rows(store, listing, file, &format, &texts).await?;
    let (columns, arrays) = typed_columns(&texts, &sample, remarks).map_err(|source| Error::SourceColumns {
        file: location.to_string(),
        source,
    })?;
    let sample = RecordBatch::try_new(Arc::new(Schema::new(columns.clone())), arrays);
    let sample = sample.map_err(|source| Error::SourceColumns {
        file: location.to_string(),
        source,
    })?;
    Ok((format, columns, sample))
}

fn typed_columns(
    texts: &[FieldRef],
    sample: &RecordBatch,
    remarks: &mut Vec<String>,
) -> Result<(Vec<FieldRef>, Vec<ArrayRef>), arrow::error::ArrowError> {
    let mut columns: Vec<FieldRef> = Vec::with_capacity(texts.len());
    let mut arrays = Vec::with_capacity(texts.len());
    for (text, values) in texts.iter().zip(sample.columns()) {
        let (data_type, remark) = infer(text.name(), values.as_string::<i32>().iter().flatten());
        remarks.extend(remark);
        // A value that looks right and is not, such as a number out of range, leaves the column text.
        let (data_type, array) = match typed(values, &data_type)? {
            Ok(array) => (data_type, array),
            Err(_) => (DataType::Utf8, Arc::clone(values)),
        };
        columns.push(Arc::new(Field::new(text.name(), data_type, true)));
        arrays.push(array);
    }
    Ok((columns, arrays))
}

/// Columns and sample of a file of JSON lines.
async fn inspect_json(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    file: &ListedFile,
    remarks: &mut Vec<String>,
) -> Result<(Format, Vec<FieldRef>, RecordBatch)> {
    let location = listing.location(file)?;
    let mut blocks = Blocks::new(store, location.clone(), file.bytes);
    let mut decoder = TextDecoder::new(location.as_ref(), TextEncoding::Utf8);
    let mut text = Vec::new();
    let mut n_lines = 0;
    while let Some(block) = blocks.next().await? {
        let more = decoder.decode(&block, blocks.is_over())?;
        n_lines += line_ends(&more);
        text.extend(more);
        if n_lines >= SAMPLE_ROWS {
            break;
        }
    }
    if !blocks.is_over() {
        text.truncate(text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
    }
    let (columns, of_types) = json::columns(location.as_ref(), &text, SAMPLE_ROWS)?;
    remarks.extend(of_types);
    let sample = first_rows(store, listing, file, &Format::JsonLines, &columns).await?;
    Ok((Format::JsonLines, columns, sample))
}

/// The rows that types are inferred from.
async fn first_rows(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    file: &ListedFile,
    format: &Format,
    columns: &[FieldRef],
) -> Result<RecordBatch> {
    let location = listing.location(file)?;
    let name = location.to_string();
    let mut rows = TextRows::open(
        store,
        location,
        file.bytes,
        format,
        columns.to_vec(),
        "OWNER.MODEL",
        SAMPLE_ROWS,
    )?;
    let first = rows.next().await?;
    let schema = Arc::new(Schema::new(columns.to_vec()));
    concat_batches(&schema, first.as_ref()).map_err(|source| Error::SourceColumns { file: name, source })
}

/// Reads the first rows of other files, which must have the columns of the first.
async fn compare(store: &Arc<dyn ObjectStore>, listing: &Listing, format: &Format, columns: &[FieldRef]) -> Result<()> {
    for file in listing.spread(COMPARED_FILES).into_iter().skip(1) {
        let location = listing.location(file)?;
        if file.bytes == 0 {
            return Err(Error::SourceEmpty {
                file: location.to_string(),
                what: "not one row",
            });
        }
        let open = TextRows::open(
            store,
            location,
            file.bytes,
            format,
            columns.to_vec(),
            "OWNER.MODEL",
            100,
        );
        open?.next().await?;
    }
    Ok(())
}

/// The encoding: a byte order mark says it, else the first text beyond ASCII.
async fn encoding(mut blocks: Blocks, remarks: &mut Vec<String>) -> Result<TextEncoding> {
    let mut detector = EncodingDetector::default();
    let mut rest: Vec<u8> = Vec::new();
    let mut searched = 0;
    while let Some(block) = blocks.next().await? {
        if searched == 0 && block.starts_with(UTF8_BOM) {
            return Ok(TextEncoding::Utf8);
        }
        searched += u64::try_from(block.len()).unwrap_or_default();
        rest.extend_from_slice(&block);
        // A line that is cut off could be so within a character.
        let whole = if blocks.is_over() {
            rest.len()
        } else {
            rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
        };
        for line in rest[..whole].split(|byte| *byte == b'\n') {
            detector.see(line);
        }
        rest.drain(..whole);
        if detector.is_decisive() || searched >= SEARCHED_BYTES {
            break;
        }
    }
    let encoding = detector.verdict();
    if detector.is_decisive() {
        remarks.push(format!("the text is taken for {}", encoding.name()));
    }
    Ok(encoding)
}

/// Delimiter, header and columns of the beginning of a text.
fn dialect(
    text: &[u8],
    is_whole: bool,
    encoding: TextEncoding,
    options: &SourceOptions,
    remarks: &mut Vec<String>,
) -> CsvFormat {
    let delimiter = options.delimiter.unwrap_or_else(|| {
        // Of equals the first one.
        let mut best = (DELIMITERS[0], (false, 1));
        for delimiter in DELIMITERS {
            let lengths: Vec<usize> = records(text, is_whole, delimiter).iter().map(Vec::len).collect();
            let first = lengths.first().copied().unwrap_or_default();
            let score = (first > 1 && lengths.iter().all(|length| *length == first), first);
            if first > 1 && score > best.1 {
                best = (delimiter, score);
            }
        }
        best.0
    });
    let first = records(text, is_whole, delimiter)
        .into_iter()
        .next()
        .unwrap_or_default();
    let header = options.header.unwrap_or_else(|| looks_like_names(&first));
    let columns = if header {
        let found: Vec<&str> = first.iter().map(String::as_str).collect();
        let columns = unique_names(&found);
        for (name, found) in columns.iter().zip(&found) {
            let found = found.trim();
            if found.is_empty() {
                remarks.push(format!("a column without a name is called {name}"));
            } else if found != name {
                remarks.push(format!("another column {found} is called {name}"));
            }
        }
        columns
    } else {
        if options.header.is_none() {
            remarks.push(
                "the first row has values and is not taken for names; columns are called column_1 and so on".to_owned(),
            );
        }
        unique_names(&vec![""; first.len()])
    };
    CsvFormat {
        encoding,
        delimiter,
        header,
        columns,
    }
}

/// The first rows of a text under a delimiter, whole ones only.
fn records(text: &[u8], is_whole: bool, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text);
    let mut records: Vec<Vec<String>> = Vec::new();
    let mut record = csv::StringRecord::new();
    while records.len() <= DIALECT_ROWS && reader.read_record(&mut record).is_ok_and(|is_read| is_read) {
        records.push(record.iter().map(str::to_owned).collect());
    }
    if !is_whole && records.len() > 1 {
        records.pop();
    }
    records.truncate(DIALECT_ROWS);
    records
}

/// True when no field of a row is a value such as a number, a date or a geometry.
fn looks_like_names(row: &[String]) -> bool {
    let is_name = |field: &String| {
        let field = field.trim();
        field.is_empty() || kind_of(field) == Kind::Text && super::shapes::first_xy_of_wkt(field).is_none()
    };
    row.iter().all(is_name) && row.iter().any(|field| !field.trim().is_empty())
}
