//! What is known of a tree's files, kept in a file so that each footer is read once.
//!
//! A file is known when its path, size, modification time and, where the store has one, its tag are those that were
//! kept. The index is a Parquet file of one row a file, replaced as a whole; writers that meet leave either's index.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, UInt32Type, UInt64Type};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};

use super::listing::ListedFile;
use super::spec::{read_schema, write_schema};
use crate::file_index::data_leaves;
use crate::{ColumnStats, Error, FileStats, Result};

const FILE_NAME: &str = "files.parquet";
const HEADER_KEY: &str = "pilji.index";
const VERSION: u32 = 1;

/// Statistics are kept of this many leaf columns, the first ones; an index must not outgrow the data's footers.
const MAX_LEAVES: usize = 64;

/// What is known of a tree's files.
#[derive(Debug, Default)]
pub(super) struct KnownFiles {
    /// The different columns that files have.
    pub schemas: Vec<SchemaRef>,
    /// The files by path.
    pub files: Vec<KnownFile>,
}

/// What is known of one file.
#[derive(Debug, Clone)]
pub(super) struct KnownFile {
    pub listed: ListedFile,
    /// The place of its columns in [`KnownFiles::schemas`].
    pub schema_idx: u32,
    pub rows: u64,
    pub stats: FileStats,
}

impl KnownFiles {
    /// The place of these columns among the schemas, which they are added to when they are new.
    pub(super) fn schema_idx(&mut self, schema: &SchemaRef) -> u32 {
        let known = self.schemas.iter().position(|known| known == schema);
        let idx = known.unwrap_or_else(|| {
            self.schemas.push(Arc::clone(schema));
            self.schemas.len() - 1
        });
        u32::try_from(idx).unwrap_or(u32::MAX)
    }
}

/// The part of the statistics that is kept.
pub(super) fn bounded(stats: FileStats) -> FileStats {
    if stats.leaves.len() <= MAX_LEAVES {
        return stats;
    }
    FileStats {
        leaves: stats.leaves.iter().take(MAX_LEAVES).cloned().collect(),
        columns: stats.columns.into_iter().take(MAX_LEAVES).collect(),
    }
}

/// What the index says beside its rows.
#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    /// The folder of the tree within its store.
    root: String,
    schemas: Vec<Columns>,
}

#[derive(Serialize, Deserialize)]
struct Columns {
    #[serde(serialize_with = "write_schema", deserialize_with = "read_schema")]
    columns: SchemaRef,
}

/// Reads the index of a tree; `None` when there is none, or one of another tree or another version of Pilji.
///
/// # Errors
///
/// [`ParquetError`] when the index cannot be read.
pub(super) fn read(dir: &Path, root: &str) -> Result<Option<KnownFiles>, ParquetError> {
    let file = match File::open(dir.join(FILE_NAME)) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let key_values = reader.metadata().file_metadata().key_value_metadata();
    let header = key_values
        .into_iter()
        .flatten()
        .find(|entry| entry.key == HEADER_KEY)
        .and_then(|entry| serde_json::from_str::<Header>(entry.value.as_deref()?).ok());
    let Some(header) = header.filter(|header| header.version == VERSION && header.root == root) else {
        return Ok(None);
    };
    let schema = Arc::clone(reader.schema());
    let batches: Vec<RecordBatch> = reader.build()?.collect::<Result<_, ArrowError>>()?;
    let rows = concat_batches(&schema, &batches)?;
    let schemas = header.schemas.into_iter().map(|columns| columns.columns).collect();
    Ok(Some(from_rows(&rows, schemas)?))
}

/// Replaces the index of a tree; waits for the disk.
///
/// # Errors
///
/// [`Error::Io`] when it cannot be written.
pub(super) fn write(dir: &Path, root: &str, known: &KnownFiles) -> Result<()> {
    let io = |action| {
        move |source| Error::Io {
            action,
            path: dir.join(FILE_NAME),
            source,
        }
    };
    let bytes = to_bytes(root, known).map_err(|source| io("write")(std::io::Error::other(source)))?;
    fs::create_dir_all(dir).map_err(io("create"))?;
    // Named after the process and the moment, so that no other writer has it.
    let moment = chrono::Utc::now().timestamp_nanos_opt().unwrap_or_default();
    let temporary = dir.join(format!(".{FILE_NAME}.{}.{moment}", std::process::id()));
    let written = File::create(&temporary)
        .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, dir.join(FILE_NAME)));
    if written.is_err() {
        // What matters is why it failed; what is left behind is hidden and small.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(io("write"))
}

fn to_bytes(root: &str, known: &KnownFiles) -> Result<Vec<u8>, ParquetError> {
    let columns = |schema: &SchemaRef| Columns {
        columns: Arc::clone(schema),
    };
    let header = Header {
        version: VERSION,
        root: root.to_owned(),
        schemas: known.schemas.iter().map(columns).collect(),
    };
    let header = serde_json::to_string(&header).map_err(|error| ParquetError::External(Box::new(error)))?;
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(vec![KeyValue::new(HEADER_KEY.to_owned(), header)]))
        .build();
    let rows = to_rows(known)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties))?;
    writer.write(&rows)?;
    writer.close()?;
    Ok(bytes)
}

fn to_rows(known: &KnownFiles) -> Result<RecordBatch, ArrowError> {
    let files = &known.files;
    let mut columns: Vec<(String, ArrayRef)> = vec![
        (
            "path".to_owned(),
            Arc::new(StringArray::from_iter_values(
                files.iter().map(|file| &file.listed.path),
            )),
        ),
        (
            "bytes".to_owned(),
            Arc::new(
                files
                    .iter()
                    .map(|file| Some(file.listed.bytes))
                    .collect::<UInt64Array>(),
            ),
        ),
        (
            "modified".to_owned(),
            Arc::new(Int64Array::from_iter_values(
                files.iter().map(|file| file.listed.modified.timestamp_micros()),
            )),
        ),
        (
            "e_tag".to_owned(),
            Arc::new(
                files
                    .iter()
                    .map(|file| file.listed.e_tag.as_deref())
                    .collect::<StringArray>(),
            ),
        ),
        (
            "schema".to_owned(),
            Arc::new(UInt32Array::from_iter_values(files.iter().map(|file| file.schema_idx))),
        ),
        (
            "rows".to_owned(),
            Arc::new(UInt64Array::from_iter_values(files.iter().map(|file| file.rows))),
        ),
    ];
    for (leaf, data_type) in leaves(&known.schemas) {
        let stats: Vec<Option<&ColumnStats>> = files.iter().map(|file| file.stats.column(&leaf)).collect();
        let null_counts = stats.iter().map(|stats| stats.and_then(|stats| stats.null_count));
        columns.push((
            format!("null_count.{leaf}"),
            Arc::new(null_counts.collect::<UInt64Array>()),
        ));
        if !has_bounds(&data_type) {
            continue;
        }
        let unknown = ScalarValue::try_new_null(&data_type)?;
        for (name, bound) in [
            ("min", (|stats| &stats.min) as fn(&ColumnStats) -> &ScalarValue),
            ("max", |stats| &stats.max),
        ] {
            let values = stats.iter().map(|stats| stats.map_or(&unknown, bound).clone());
            columns.push((
                format!("{name}.{leaf}"),
                ScalarValue::iter_to_array(values.collect::<Vec<_>>())?,
            ));
        }
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn from_rows(rows: &RecordBatch, schemas: Vec<SchemaRef>) -> Result<KnownFiles, ArrowError> {
    let column = |name: &str| {
        rows.column_by_name(name)
            .ok_or_else(|| ArrowError::SchemaError(format!("the index has no {name}")))
    };
    let leaves = leaves(&schemas);
    let mut kept_leaves = Vec::with_capacity(leaves.len());
    for (leaf, data_type) in &leaves {
        kept_leaves.push(KeptLeaf {
            min: rows.column_by_name(&format!("min.{leaf}")),
            max: rows.column_by_name(&format!("max.{leaf}")),
            null_count: column(&format!("null_count.{leaf}"))?.as_primitive::<UInt64Type>(),
            unknown: ScalarValue::try_new_null(data_type)?,
        });
    }
    let names: Arc<[String]> = leaves.iter().map(|(leaf, _)| leaf.clone()).collect();
    let (paths, e_tags) = (column("path")?.as_string::<i32>(), column("e_tag")?.as_string::<i32>());
    let (bytes, file_rows) = (
        column("bytes")?.as_primitive::<UInt64Type>(),
        column("rows")?.as_primitive::<UInt64Type>(),
    );
    let modified = column("modified")?.as_primitive::<Int64Type>();
    let schema_idx = column("schema")?.as_primitive::<UInt32Type>();
    let mut files = Vec::with_capacity(rows.num_rows());
    for idx in 0..rows.num_rows() {
        let mut columns = Vec::with_capacity(names.len());
        for leaf in &kept_leaves {
            columns.push(leaf.stats(idx)?);
        }
        files.push(KnownFile {
            listed: ListedFile {
                path: paths.value(idx).to_owned(),
                bytes: bytes.value(idx),
                modified: chrono::DateTime::from_timestamp_micros(modified.value(idx)).unwrap_or_default(),
                e_tag: e_tags.is_valid(idx).then(|| e_tags.value(idx).to_owned()),
            },
            schema_idx: schema_idx.value(idx),
            rows: file_rows.value(idx),
            stats: FileStats {
                leaves: Arc::clone(&names),
                columns,
            },
        });
    }
    Ok(KnownFiles { schemas, files })
}

/// The kept statistics of one leaf column.
struct KeptLeaf<'a> {
    min: Option<&'a ArrayRef>,
    max: Option<&'a ArrayRef>,
    null_count: &'a UInt64Array,
    unknown: ScalarValue,
}

impl KeptLeaf<'_> {
    fn stats(&self, idx: usize) -> Result<ColumnStats, ArrowError> {
        let bound = |array: Option<&ArrayRef>| match array {
            Some(array) => ScalarValue::try_from_array(array, idx),
            None => Ok(self.unknown.clone()),
        };
        Ok(ColumnStats {
            min: bound(self.min)?,
            max: bound(self.max)?,
            null_count: self.null_count.is_valid(idx).then(|| self.null_count.value(idx)),
        })
    }
}

/// The kept leaf columns of all schemas, each once.
fn leaves(schemas: &[SchemaRef]) -> Vec<(String, DataType)> {
    let mut leaves: Vec<(String, DataType)> = Vec::new();
    for schema in schemas {
        for (leaf, data_type) in data_leaves(schema.fields(), &[]).into_iter().take(MAX_LEAVES) {
            if !leaves.iter().any(|(known, _)| *known == leaf) {
                leaves.push((leaf, data_type));
            }
        }
    }
    leaves
}

/// True for the types whose smallest and largest values a footer gives.
fn has_bounds(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::Date32 | DataType::Timestamp(..) => true,
        numeric => numeric.is_integer() || numeric.is_floating(),
    }
}
