//! Building the index: from files, or from a Delta log's list of them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, UInt64Array, new_null_array};
use arrow::compute::{SortOptions, cast, sort_to_indices, take};
use arrow::datatypes::{DataType, Int64Type, Schema, UInt64Type};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;

use super::column::{Column, LeafArrays};
use super::domain::Domain;
use super::packed::{Bits, Packed};
use super::paths::Paths;
use super::{FileIndex, data_leaves};
use crate::DataFile;

/// The memory of a file in the index, in bytes, as far as statistics can be left out to keep it.
const BYTES_PER_FILE: usize = 200;

/// Memory that an index may take whatever its number of files, in bytes.
const FREE_BYTES: usize = 64 << 10;

/// What is known of a set of files, as arrays in one order: that of the paths.
struct Arrays {
    paths: ArrayRef,
    bytes: ArrayRef,
    rows: ArrayRef,
    /// One per partition column, typed as in the schema.
    partitions: Vec<ArrayRef>,
    /// One per leaf of the schema.
    leaves: Vec<(String, DataType, LeafArrays)>,
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
            let data_type = schema.field_with_name(name)?.data_type();
            let values = cast(&texts, data_type)?;
            if values.null_count() != texts.null_count() {
                let message = format!("a value of partition column {name:?} is not of type {data_type}");
                return Err(ArrowError::CastError(message));
            }
            partitions.push(values);
        }
        let mut leaves = Vec::new();
        for (name, data_type) in data_leaves(schema.fields(), partition_columns) {
            let arrays = leaf_arrays(&files, &name, &data_type)?;
            leaves.push((name, data_type, arrays));
        }
        let bytes = files.iter().map(|file| i64::try_from(file.bytes).unwrap_or(i64::MAX));
        let arrays = Arrays {
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
        Self::from_arrays(&arrays, partition_columns)
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
            let arrays = LeafArrays {
                min: column(format!("min.{name}"), &data_type)?,
                max: column(format!("max.{name}"), &data_type)?,
                null_count: column(format!("null_count.{name}"), &DataType::UInt64)?,
            };
            leaves.push((name, data_type, arrays));
        }
        let arrays = Arrays {
            paths: sorted(&decoded)?,
            bytes: column("size_bytes".to_owned(), &DataType::Int64)?,
            rows: column("num_records".to_owned(), &DataType::UInt64)?,
            partitions,
            leaves,
        };
        Self::from_arrays(&arrays, partition_columns)
    }

    fn from_arrays(arrays: &Arrays, partition_columns: &[String]) -> Result<Self, ArrowError> {
        let n_files = arrays.paths.len();
        let paths: Vec<&str> = arrays.paths.as_string::<i32>().iter().flatten().collect();
        let sizes = arrays.bytes.as_primitive::<Int64Type>().iter();
        let sizes: Vec<Option<u64>> = sizes
            .map(|size| Some(size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default()))
            .collect();
        let rows = arrays.rows.as_primitive::<UInt64Type>();
        let counts: Vec<Option<u64>> = rows.iter().collect();
        let partitions = partition_columns.iter().zip(&arrays.partitions);
        let partitions: Box<[Column]> = partitions
            .map(|(name, values)| Column::partition(name, values))
            .collect::<Result<_, _>>()?;
        let mut index = Self {
            n_files,
            paths: Paths::new(&paths).ok_or_else(|| {
                ArrowError::InvalidArgumentError("the paths of the files are longer than 4 GiB".to_owned())
            })?,
            bytes: Packed::new(&sizes),
            rows: Packed::new(&counts),
            counted: (rows.null_count() > 0).then(|| Bits::from_fn(n_files, |idx| rows.is_valid(idx))),
            total_bytes: sizes.iter().flatten().sum(),
            total_rows: counts.iter().flatten().sum(),
            partitions,
            leaves: Box::default(),
            leaf_names: Arc::default(),
        };

        let mut candidates = Vec::new();
        for (place, (name, data_type, leaf)) in arrays.leaves.iter().enumerate() {
            // `a.b` may be a column and a field of another one; bounds of the wrong one would lose rows.
            let n_same = arrays.leaves.iter().filter(|(other, ..)| other == name).count();
            if n_same > 1 || partition_columns.contains(name) {
                continue;
            }
            if let Some(column) = Column::leaf(name, data_type, leaf, rows)? {
                candidates.push((use_of(&column), column.memory_bytes(), place, column));
            }
        }
        candidates.sort_by_key(|(rank, bytes, place, _)| (*rank, *bytes, *place));
        let mut left = (BYTES_PER_FILE * n_files)
            .max(FREE_BYTES)
            .saturating_sub(index.memory_bytes());
        let mut kept = Vec::new();
        for (_, bytes, place, column) in candidates {
            if bytes <= left {
                left -= bytes;
                kept.push((place, column));
            }
        }
        kept.sort_by_key(|(place, _)| *place);
        index.leaves = kept.into_iter().map(|(_, column)| column).collect();
        index.leaf_names = index.leaves.iter().map(|column| column.name.clone()).collect();
        Ok(index)
    }
}

/// How early a column's statistics are kept: 0 is first.
fn use_of(column: &Column) -> u8 {
    let is_corner = ["xmin", "ymin", "xmax", "ymax"]
        .iter()
        .any(|corner| column.name.ends_with(&format!(".{corner}")));
    match column.domain() {
        Domain::Number if is_corner => 0,
        Domain::Digits(_) => 1,
        Domain::Number if matches!(column.data_type, DataType::Date32 | DataType::Date64) => 2,
        Domain::Number if column.data_type.is_integer() => 3,
        Domain::Unknown => 4,
        Domain::Number | Domain::Texts(_) | Domain::Values(_) => 5,
    }
}

/// The statistics of one leaf column in these files.
fn leaf_arrays(files: &[DataFile], name: &str, data_type: &DataType) -> Result<LeafArrays, ArrowError> {
    let null = ScalarValue::try_new_null(data_type)?;
    let mut lows = Vec::with_capacity(files.len());
    let mut highs = Vec::with_capacity(files.len());
    let mut null_counts = Vec::with_capacity(files.len());
    for file in files {
        let stats = file.stats.column(name);
        // Text is text, whatever type a file has it in.
        let bound = |value: &ScalarValue| value.cast_to(data_type).ok().filter(|_| same_kind(value, data_type));
        lows.push(
            stats
                .and_then(|stats| bound(&stats.min))
                .unwrap_or_else(|| null.clone()),
        );
        highs.push(
            stats
                .and_then(|stats| bound(&stats.max))
                .unwrap_or_else(|| null.clone()),
        );
        null_counts.push(stats.and_then(|stats| stats.null_count));
    }
    let array = |values: Vec<ScalarValue>| {
        if values.is_empty() {
            return Ok(new_null_array(data_type, 0));
        }
        ScalarValue::iter_to_array(values).map_err(|error| ArrowError::ExternalError(Box::new(error)))
    };
    Ok(LeafArrays {
        min: array(lows)?,
        max: array(highs)?,
        null_count: Arc::new(UInt64Array::from(null_counts)),
    })
}

fn same_kind(value: &ScalarValue, data_type: &DataType) -> bool {
    let found = value.data_type();
    found == *data_type || (super::domain::is_text(&found) && super::domain::is_text(data_type))
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

fn missing(column: &str) -> ArrowError {
    ArrowError::SchemaError(format!("the log's list of files has no {column}"))
}
