//! The files of a version as columns: what a scan selects files by, without looking at the disk.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
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
    /// Statistics in the form that `DataFusion` wants, made when a file is first scanned.
    scan_statistics: Vec<OnceLock<Arc<Statistics>>>,
}

/// The statistics of one leaf column, one entry per file.
#[derive(Debug)]
pub struct LeafIndex {
    pub min: ArrayRef,
    pub max: ArrayRef,
    pub null_count: ArrayRef,
}

impl FileIndex {
    /// Turns the flattened `add` actions of a snapshot into files, ordered by path.
    pub fn try_new(adds: &RecordBatch, schema: &Schema, partition_columns: &[String]) -> Result<Self, ArrowError> {
        let paths = adds.column_by_name("path").ok_or_else(|| missing("path"))?;
        let decoded = decode_paths(paths)?;
        let by_path = sort_to_indices(&decoded, Some(SortOptions::default()), None)?;
        let sorted = |array: &ArrayRef| take(array, &by_path, None);
        let n_files = adds.num_rows();
        let column = |name: String, data_type: &DataType| -> Result<ArrayRef, ArrowError> {
            match adds.column_by_name(&name) {
                Some(array) => cast(&sorted(array)?, data_type),
                None => Ok(new_null_array(data_type, n_files)),
            }
        };

        let paths = sorted(&decoded)?;
        let bytes = column("size_bytes".to_owned(), &DataType::Int64)?;
        let rows = column("num_records".to_owned(), &DataType::UInt64)?;
        let mut partition_fields = Vec::new();
        let mut partition_arrays = Vec::new();
        for name in partition_columns {
            let field = schema.field_with_name(name)?.clone().with_nullable(true);
            partition_arrays.push(column(format!("partition.{name}"), field.data_type())?);
            partition_fields.push(field);
        }
        let partition_texts: Vec<ArrayRef> = partition_arrays
            .iter()
            .map(|array| cast(array, &DataType::Utf8))
            .collect::<Result<_, _>>()?;

        let mut leaf_names = Vec::new();
        let mut leaves = HashMap::new();
        for (name, data_type) in data_leaves(schema.fields(), partition_columns) {
            let leaf = LeafIndex {
                min: column(format!("min.{name}"), &data_type)?,
                max: column(format!("max.{name}"), &data_type)?,
                null_count: column(format!("null_count.{name}"), &DataType::UInt64)?,
            };
            leaves.insert(name.clone(), leaf);
            leaf_names.push(name);
        }

        let leaf_names: Arc<[String]> = leaf_names.into();
        let mut files = Vec::with_capacity(n_files);
        for idx in 0..n_files {
            let partition = partition_columns.iter().zip(&partition_texts);
            files.push(DataFile {
                path: paths.as_string::<i32>().value(idx).to_owned(),
                bytes: u64::try_from(bytes.as_primitive::<Int64Type>().value(idx)).unwrap_or_default(),
                rows: rows.as_primitive::<UInt64Type>().value(idx),
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
            partition_arrays,
            &RecordBatchOptions::new().with_row_count(Some(n_files)),
        )?;
        let scan_statistics = std::iter::repeat_with(OnceLock::new).take(n_files).collect();
        Ok(Self {
            files,
            rows,
            partitions,
            leaves,
            scan_statistics,
        })
    }

    /// The files, by path.
    pub fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// Rows per file; NULL where the log does not say.
    pub fn rows(&self) -> &ArrayRef {
        &self.rows
    }

    /// True when the number of rows of every file is known.
    pub fn rows_known(&self) -> bool {
        self.rows.null_count() == 0
    }

    /// The partition values, one row per file; a column per partition column.
    pub fn partitions(&self) -> &RecordBatch {
        &self.partitions
    }

    /// The statistics of a leaf column by its dotted path.
    pub fn leaf(&self, path: &str) -> Option<&LeafIndex> {
        self.leaves.get(path)
    }

    /// The statistics of one file over `schema`'s columns, for filters that become known while a query runs.
    ///
    /// Bounds are called exact, since `DataFusion` skips files by exact ones only; they are never summed up over files,
    /// where a bound that is not a value would give a wrong `min()`.
    pub fn scan_statistics(&self, idx: usize, schema: &SchemaRef) -> Option<Arc<Statistics>> {
        let file = self.files.get(idx)?;
        let cell = self.scan_statistics.get(idx)?;
        Some(Arc::clone(
            cell.get_or_init(|| Arc::new(self.file_statistics(idx, file, schema))),
        ))
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
