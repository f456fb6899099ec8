//! What a Parquet footer says about its file.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType, Fields, TimeUnit};
use datafusion::common::ScalarValue;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use crate::{ColumnStats, Error, FileStats, Result};

/// The part of a footer that the log keeps.
#[derive(Debug)]
pub struct Footer {
    pub bytes: u64,
    pub rows: u64,
    pub stats: FileStats,
}

/// A leaf column of the file: its dotted path, its place among the Parquet columns, its Arrow type.
struct Leaf {
    path: String,
    parquet_idx: usize,
    data_type: DataType,
}

/// Reads the footer of a whole Parquet file.
pub fn read(path: &Path) -> Result<Footer> {
    let io = |source| Error::Io {
        action: "read",
        path: path.to_owned(),
        source,
    };
    let footer = |source| Error::Footer {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    let bytes = file.metadata().map_err(io)?.len();
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(footer)?;
    Ok(of(metadata.metadata(), metadata.schema().fields(), bytes))
}

/// What the footer of a file of this size says, given the file's columns as Arrow has them.
pub fn of(metadata: &ParquetMetaData, fields: &Fields, bytes: u64) -> Footer {
    let mut leaves = Vec::new();
    collect_leaves(fields, "", &mut 0, &mut leaves);
    let row_groups = metadata.row_groups();
    let columns = leaves.iter().map(|leaf| column_stats(leaf, row_groups)).collect();
    let rows = row_groups
        .iter()
        .map(|row_group| u64::try_from(row_group.num_rows()).unwrap_or_default())
        .sum();
    let leaves: Arc<[String]> = leaves.into_iter().map(|leaf| leaf.path).collect();
    Footer {
        bytes,
        rows,
        stats: FileStats { leaves, columns },
    }
}

/// Lists the leaves in Parquet order. Those inside lists and maps are counted, not listed: Delta keeps nothing of them.
fn collect_leaves(fields: &Fields, prefix: &str, next_idx: &mut usize, leaves: &mut Vec<Leaf>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name());
        match field.data_type() {
            DataType::Struct(children) => collect_leaves(children, &format!("{path}."), next_idx, leaves),
            nested if nested.is_nested() => *next_idx += n_leaves(nested),
            data_type => {
                leaves.push(Leaf {
                    path,
                    parquet_idx: *next_idx,
                    data_type: data_type.clone(),
                });
                *next_idx += 1;
            }
        }
    }
}

/// The number of Parquet columns of a type.
fn n_leaves(data_type: &DataType) -> usize {
    match data_type {
        DataType::Struct(children) => children.iter().map(|child| n_leaves(child.data_type())).sum(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => n_leaves(item.data_type()),
        _ => 1,
    }
}

/// Merges the statistics of a leaf over the row groups; one row group without a bound leaves the bound unknown.
fn column_stats(leaf: &Leaf, row_groups: &[RowGroupMetaData]) -> ColumnStats {
    let unknown = ScalarValue::try_new_null(&leaf.data_type).unwrap_or(ScalarValue::Null);
    let mut bounds: Option<(ScalarValue, ScalarValue)> = None;
    let mut bounds_known = true;
    let mut null_count = Some(0);
    for row_group in row_groups {
        let column = row_group.column(leaf.parquet_idx);
        let nulls = column.statistics().and_then(Statistics::null_count_opt);
        null_count = null_count.zip(nulls).map(|(sum, nulls)| sum + nulls);
        let only_nulls = nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(column.num_values()));
        if only_nulls {
            continue;
        }
        match (
            column
                .statistics()
                .and_then(|statistics| min_max(statistics, &leaf.data_type)),
            &mut bounds,
        ) {
            (Some((min, max)), Some((low, high))) => {
                if min < *low {
                    *low = min;
                }
                if max > *high {
                    *high = max;
                }
            }
            (Some(found), none @ None) => *none = Some(found),
            (None, _) => bounds_known = false,
        }
    }
    let (min, max) = bounds
        .filter(|_| bounds_known)
        .unwrap_or_else(|| (unknown.clone(), unknown));
    ColumnStats { min, max, null_count }
}

/// The bounds of one row group in the leaf's type; `None` when absent, not finite, or of a type without order in Delta.
fn min_max(statistics: &Statistics, data_type: &DataType) -> Option<(ScalarValue, ScalarValue)> {
    match statistics {
        Statistics::Int32(values) => Some((
            integer(i64::from(*values.min_opt()?), data_type)?,
            integer(i64::from(*values.max_opt()?), data_type)?,
        )),
        Statistics::Int64(values) => Some((
            integer(*values.min_opt()?, data_type)?,
            integer(*values.max_opt()?, data_type)?,
        )),
        Statistics::Float(values) if *data_type == DataType::Float32 => {
            let (min, max) = (*values.min_opt()?, *values.max_opt()?);
            (min.is_finite() && max.is_finite()).then(|| (ScalarValue::from(min), ScalarValue::from(max)))
        }
        Statistics::Double(values) if *data_type == DataType::Float64 => {
            let (min, max) = (*values.min_opt()?, *values.max_opt()?);
            (min.is_finite() && max.is_finite()).then(|| (ScalarValue::from(min), ScalarValue::from(max)))
        }
        // Old writers ordered bytes as signed numbers, in which Hangul comes before ASCII.
        Statistics::ByteArray(_) if statistics.is_min_max_deprecated() => None,
        Statistics::ByteArray(values) => Some((
            text(values.min_opt()?.data(), data_type)?,
            text(values.max_opt()?.data(), data_type)?,
        )),
        _ => None,
    }
}

fn integer(value: i64, data_type: &DataType) -> Option<ScalarValue> {
    match data_type {
        DataType::Int8 => Some(ScalarValue::Int8(Some(i8::try_from(value).ok()?))),
        DataType::Int16 => Some(ScalarValue::Int16(Some(i16::try_from(value).ok()?))),
        DataType::Int32 => Some(ScalarValue::Int32(Some(i32::try_from(value).ok()?))),
        DataType::Int64 => Some(ScalarValue::Int64(Some(value))),
        DataType::Date32 => Some(ScalarValue::Date32(Some(i32::try_from(value).ok()?))),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            Some(ScalarValue::TimestampMicrosecond(Some(value), zone.clone()))
        }
        _ => None,
    }
}

fn text(bytes: &[u8], data_type: &DataType) -> Option<ScalarValue> {
    let is_text = matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let text = std::str::from_utf8(bytes).ok().filter(|_| is_text)?;
    Some(ScalarValue::Utf8(Some(text.to_owned())))
}
