//! The files of a version as columns: what a scan selects files by, without looking at the disk.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray, UInt64Array, new_null_array,
};
use arrow::compute::{SortOptions, cast, sort_to_indices, take};
use arrow::datatypes::{DataType, Fields, Int64Type, Schema, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};

use crate::{ColumnStats, DataFile, FileStats};

/// The files of a version, by path, with their partition values and statistics as arrays in the same order.
#[derive(Debug)]
pub struct FileIndex {
    files: Vec<DataFile>,
    rows: ArrayRef,
    /// Partition columns, typed as in the schema.
    partitions: RecordBatch,
    /// Leaf columns by dotted path.
    leaves: HashMap<String, LeafIndex>,
}

/// What is known of a set of files, as arrays in one order: that of the paths.
struct Columns {
    paths: ArrayRef,
    bytes: ArrayRef,
    rows: ArrayRef,
    /// One array per partition column, typed as in the schema.
    partitions: Vec<ArrayRef>,
    /// One entry per leaf of the schema.
    leaves: Vec<(String, LeafIndex)>,
}

/// The statistics of one leaf column, one entry per file.
#[derive(Debug, Clone)]
pub struct LeafIndex {
    pub min: ArrayRef,
    pub max: ArrayRef,
    pub null_count: ArrayRef,
}

impl FileIndex {
    /// The index of these files, ordered by path.
    ///
    /// `schema` holds the partition columns too. Statistics of columns that the schema does not have, or has in another
    /// type, are left out.
    ///
    /// # Errors
    ///
    /// [`ArrowError`] when a partition column is not in the schema or a partition value is not of its type.
    pub fn from_files(
        files: impl IntoIterator<Item = DataFile>,
        schema: &Schema,
        partition_columns: &[String],
    ) -> Result<Self, ArrowError> {
        let mut files: Vec<DataFile> = files.into_iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut partitions = Vec::new();
        for name in partition_columns {
            let texts: StringArray = files.iter().map(|file| file.partition_value(name)).collect();
            partitions.push(cast(&texts, schema.field_with_name(name)?.data_type())?);
        }
        let mut leaves = Vec::new();
        for (name, data_type) in data_leaves(schema.fields(), partition_columns) {
            let null = ScalarValue::try_new_null(&data_type)?;
            let column = |file: &DataFile| file.stats.column(&name).cloned();
            let bound = |value: Option<ScalarValue>| {
                value
                    .filter(|value| value.data_type() == data_type)
                    .unwrap_or_else(|| null.clone())
            };
            let min = files.iter().map(|file| bound(column(file).map(|stats| stats.min)));
            let max = files.iter().map(|file| bound(column(file).map(|stats| stats.max)));
            let null_count: UInt64Array = files.iter().map(|file| column(file)?.null_count).collect();
            let leaf = LeafIndex {
                min: scalars(min, &data_type)?,
                max: scalars(max, &data_type)?,
                null_count: Arc::new(null_count),
            };
            leaves.push((name, leaf));
        }
        let bytes = files.iter().map(|file| i64::try_from(file.bytes).unwrap_or(i64::MAX));
        let columns = Columns {
            bytes: Arc::new(bytes.collect::<Int64Array>()),
            rows: Arc::new(files.iter().map(|file| Some(file.rows)).collect::<UInt64Array>()),
            paths: Arc::new(
                files
                    .iter()
                    .map(|file| Some(file.path.as_str()))
                    .collect::<StringArray>(),
            ),
            partitions,
            leaves,
        };
        Self::from_columns(&columns, schema, partition_columns)
    }

    /// The index of the files of a snapshot of a Delta log, given as flattened `add` actions.
    ///
    /// # Errors
    ///
    /// [`ArrowError`] when the actions lack what the protocol demands or have values of other types than the schema.
    pub fn from_adds(adds: &RecordBatch, schema: &Schema, partition_columns: &[String]) -> Result<Self, ArrowError> {
        let paths = adds.column_by_name("path").ok_or_else(|| missing("path"))?;
        let decoded = decode_paths(paths)?;
        let by_path = sort_to_indices(&decoded, Some(SortOptions::default()), None)?;
        let sorted = |array: &ArrayRef| take(array, &by_path, None);
        let column = |name: String, data_type: &DataType| -> Result<ArrayRef, ArrowError> {
            match adds.column_by_name(&name) {
                Some(array) => cast(&sorted(array)?, data_type),
                None => Ok(new_null_array(data_type, adds.num_rows())),
            }
        };
        let mut partitions = Vec::new();
        for name in partition_columns {
            let data_type = schema.field_with_name(name)?.data_type();
            partitions.push(column(format!("partition.{name}"), data_type)?);
        }
        let mut leaves = Vec::new();
        for (name, data_type) in data_leaves(schema.fields(), partition_columns) {
            let leaf = LeafIndex {
                min: column(format!("min.{name}"), &data_type)?,
                max: column(format!("max.{name}"), &data_type)?,
                null_count: column(format!("null_count.{name}"), &DataType::UInt64)?,
            };
            leaves.push((name, leaf));
        }
        let columns = Columns {
            paths: sorted(&decoded)?,
            bytes: column("size_bytes".to_owned(), &DataType::Int64)?,
            rows: column("num_records".to_owned(), &DataType::UInt64)?,
            partitions,
            leaves,
        };
        Self::from_columns(&columns, schema, partition_columns)
    }

    fn from_columns(columns: &Columns, schema: &Schema, partition_columns: &[String]) -> Result<Self, ArrowError> {
        let n_files = columns.paths.len();
        let mut partition_fields = Vec::new();
        for name in partition_columns {
            partition_fields.push(schema.field_with_name(name)?.clone().with_nullable(true));
        }
        let partition_texts: Vec<ArrayRef> = columns
            .partitions
            .iter()
            .map(|array| cast(array, &DataType::Utf8))
            .collect::<Result<_, _>>()?;
        let leaf_names: Arc<[String]> = columns.leaves.iter().map(|(name, _)| name.clone()).collect();
        let leaves: HashMap<String, LeafIndex> = columns.leaves.iter().cloned().collect();
        let mut files = Vec::with_capacity(n_files);
        for idx in 0..n_files {
            let partition = partition_columns.iter().zip(&partition_texts);
            files.push(DataFile {
                path: columns.paths.as_string::<i32>().value(idx).to_owned(),
                bytes: u64::try_from(columns.bytes.as_primitive::<Int64Type>().value(idx)).unwrap_or_default(),
                rows: columns.rows.as_primitive::<UInt64Type>().value(idx),
                partition: partition
                    .map(|(name, texts)| (name.clone(), text_at(texts, idx)))
                    .collect(),
                stats: FileStats {
                    leaves: Arc::clone(&leaf_names),
                    columns: column_stats(&leaf_names, &leaves, idx)?,
                },
            });
        }
        let partitions = RecordBatch::try_new_with_options(
            Arc::new(Schema::new(partition_fields)),
            columns.partitions.clone(),
            &RecordBatchOptions::new().with_row_count(Some(n_files)),
        )?;
        Ok(Self {
            files,
            rows: Arc::clone(&columns.rows),
            partitions,
            leaves,
        })
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True when there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One file with its kept statistics; files are numbered by path from 0.
    ///
    /// # Panics
    ///
    /// When there is no such file.
    #[must_use]
    pub fn file(&self, idx: usize) -> DataFile {
        self.files[idx].clone()
    }

    /// The files, by path.
    #[must_use]
    pub fn files(&self) -> impl ExactSizeIterator<Item = DataFile> + '_ {
        (0..self.len()).map(|idx| self.file(idx))
    }

    /// The number of rows of all files; `None` when that of some file is not known.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.rows_known().then(|| self.files.iter().map(|file| file.rows).sum())
    }

    /// The number of rows of the files whose number of rows is known.
    pub(crate) fn rows_at_least(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// The size of all files in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Rows per file; NULL where that is not known.
    pub(crate) fn row_counts(&self) -> &ArrayRef {
        &self.rows
    }

    /// True when the number of rows of every file is known.
    pub(crate) fn rows_known(&self) -> bool {
        self.rows.null_count() == 0
    }

    /// The partition values, one row per file; a column per partition column.
    pub(crate) fn partitions(&self) -> &RecordBatch {
        &self.partitions
    }

    /// The statistics of a leaf column by its dotted path.
    pub(crate) fn leaf(&self, path: &str) -> Option<&LeafIndex> {
        self.leaves.get(path)
    }

    /// The statistics of one file over `schema`'s columns, for filters that become known while a query runs.
    ///
    /// Bounds are called exact, since `DataFusion` skips files by exact ones only; they are never summed up over files,
    /// where a bound that is not a value would give a wrong `min()`.
    pub(crate) fn scan_statistics(&self, idx: usize, schema: &SchemaRef) -> Option<Statistics> {
        Some(self.file_statistics(idx, self.files.get(idx)?, schema))
    }

    fn file_statistics(&self, idx: usize, file: &DataFile, schema: &SchemaRef) -> Statistics {
        let num_rows = if self.rows.is_valid(idx) {
            Precision::Exact(to_usize(file.rows))
        } else {
            Precision::Absent
        };
        let columns = schema.fields().iter().map(|field| {
            if let Some(values) = self.partitions.column_by_name(field.name()) {
                return partition_statistics(values, idx, num_rows);
            }
            let Some(stats) = file.stats.column(field.name()) else {
                return ColumnStatistics::new_unknown();
            };
            let bound = |value: &ScalarValue| {
                if value.is_null() {
                    Precision::Absent
                } else {
                    Precision::Exact(value.clone())
                }
            };
            ColumnStatistics {
                null_count: stats
                    .null_count
                    .map_or(Precision::Absent, |count| Precision::Exact(to_usize(count))),
                min_value: bound(&stats.min),
                max_value: bound(&stats.max),
                ..ColumnStatistics::new_unknown()
            }
        });
        Statistics {
            num_rows,
            total_byte_size: Precision::Inexact(to_usize(file.bytes)),
            column_statistics: columns.collect(),
        }
    }
}

/// The statistics of a partition column in one file: one value, or only NULLs.
fn partition_statistics(values: &ArrayRef, idx: usize, num_rows: Precision<usize>) -> ColumnStatistics {
    let value = ScalarValue::try_from_array(values, idx)
        .ok()
        .filter(|value| !value.is_null());
    let null_count = if value.is_some() { Precision::Exact(0) } else { num_rows };
    let bound = value.map_or(Precision::Absent, Precision::Exact);
    ColumnStatistics {
        null_count,
        min_value: bound.clone(),
        max_value: bound,
        ..ColumnStatistics::new_unknown()
    }
}

/// The leaf columns of the data files with their dotted paths; those in lists and maps have no statistics.
pub fn data_leaves(fields: &Fields, partition_columns: &[String]) -> Vec<(String, DataType)> {
    let mut leaves = Vec::new();
    for field in fields.iter().filter(|field| !partition_columns.contains(field.name())) {
        push_leaves(field.name().clone(), field.data_type(), &mut leaves);
    }
    leaves
}

fn push_leaves(path: String, data_type: &DataType, leaves: &mut Vec<(String, DataType)>) {
    match data_type {
        DataType::Struct(children) => {
            for child in children {
                push_leaves(format!("{path}.{}", child.name()), child.data_type(), leaves);
            }
        }
        nested if nested.is_nested() => {}
        _ => leaves.push((path, data_type.clone())),
    }
}

/// A number as `usize`; one beyond the address space is as good as its end.
pub fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn column_stats(
    names: &[String],
    leaves: &HashMap<String, LeafIndex>,
    idx: usize,
) -> Result<Vec<ColumnStats>, ArrowError> {
    let mut columns = Vec::with_capacity(names.len());
    for leaf in names.iter().filter_map(|name| leaves.get(name)) {
        let value = |array: &ArrayRef| {
            ScalarValue::try_from_array(array, idx).map_err(|error| ArrowError::ExternalError(Box::new(error)))
        };
        let null_counts = leaf.null_count.as_primitive::<UInt64Type>();
        columns.push(ColumnStats {
            min: value(&leaf.min)?,
            max: value(&leaf.max)?,
            null_count: null_counts.is_valid(idx).then(|| null_counts.value(idx)),
        });
    }
    Ok(columns)
}

/// Scalars of one type as an array, which may be empty.
fn scalars(values: impl Iterator<Item = ScalarValue>, data_type: &DataType) -> Result<ArrayRef, ArrowError> {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return Ok(new_null_array(data_type, 0));
    }
    ScalarValue::iter_to_array(values).map_err(|error| ArrowError::ExternalError(Box::new(error)))
}

/// The paths of `add` actions are URIs; what they name on disk is the decoded text.
fn decode_paths(paths: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let texts = cast(paths, &DataType::Utf8)?;
    let mut decoded = Vec::with_capacity(texts.len());
    for text in texts.as_string::<i32>() {
        let text = text.ok_or_else(|| missing("path"))?;
        let path = percent_encoding::percent_decode_str(text).decode_utf8();
        decoded.push(
            path.map_err(|error| ArrowError::ExternalError(Box::new(error)))?
                .into_owned(),
        );
    }
    Ok(Arc::new(StringArray::from(decoded)))
}

fn text_at(texts: &ArrayRef, idx: usize) -> Option<String> {
    texts
        .is_valid(idx)
        .then(|| texts.as_string::<i32>().value(idx).to_owned())
}

fn missing(column: &str) -> ArrowError {
    ArrowError::SchemaError(format!("the log's list of files has no {column}"))
}
