//! Statistics of scans: what answers `count(*)`, `min` and `max` without opening a file.

use arrow::datatypes::{Field, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};

use crate::file_index::{Column, FileIndex, to_usize};

/// Up to so many files, the statistics of each come with the scan, for filters that become known while the query runs.
pub const MOST_FILES_WITH_STATISTICS: usize = 2_048;

/// The statistics of some files together.
///
/// `columns` says which columns of the schema are wanted; others are unknown. Bounds are exact only where they are values
/// of these files for sure.
pub fn of_files(index: &FileIndex, schema: &SchemaRef, files: &[usize], columns: &[usize]) -> Statistics {
    let all = files.len() == index.len();
    let rows = if all {
        index.rows()
    } else {
        files.iter().map(|idx| index.rows_of(*idx)).sum()
    };
    let bytes = if all {
        index.bytes()
    } else {
        files.iter().map(|idx| index.bytes_of(*idx)).sum()
    };
    let mut column_statistics = Statistics::unknown_column(schema);
    for place in columns {
        let known = schema.fields().get(*place).and_then(|field| column_of(index, field));
        if let (Some(statistics), Some(column)) = (column_statistics.get_mut(*place), known) {
            *statistics = column_of_files(index, column, files);
        }
    }
    Statistics {
        num_rows: rows.map_or(Precision::Absent, |rows| Precision::Exact(to_usize(rows))),
        total_byte_size: Precision::Inexact(to_usize(bytes)),
        column_statistics,
    }
}

/// The index's column of a field; a struct has none, although one of its leaves may have its name.
fn column_of<'a>(index: &'a FileIndex, field: &Field) -> Option<&'a Column> {
    index
        .column(field.name())
        .filter(|column| column.data_type == *field.data_type())
}

fn column_of_files(index: &FileIndex, column: &Column, files: &[usize]) -> ColumnStatistics {
    let null_count: Option<u64> = files
        .iter()
        .map(|idx| column.null_count(*idx, index.rows_of(*idx)))
        .sum();
    let mut bounds: Option<(u64, u64)> = None;
    let mut all_known = true;
    for idx in files {
        match (column.ranks(*idx), bounds) {
            (Some((min, max)), Some((low, high))) => bounds = Some((low.min(min), high.max(max))),
            (Some(found), None) => bounds = Some(found),
            (None, _) => all_known &= column.is_only_null(*idx),
        }
    }
    let bound = |rank: Option<u64>| match rank.and_then(|rank| Some((rank, column.value(rank)?))) {
        Some((rank, value)) if column.is_value(rank) => Precision::Exact(value),
        Some((_, value)) => Precision::Inexact(value),
        None => Precision::Absent,
    };
    let bounds = bounds.filter(|_| all_known);
    ColumnStatistics {
        null_count: null_count.map_or(Precision::Absent, |count| Precision::Exact(to_usize(count))),
        min_value: bound(bounds.map(|(min, _)| min)),
        max_value: bound(bounds.map(|(_, max)| max).filter(|_| !may_exceed_bounds(column))),
        ..ColumnStatistics::new_unknown()
    }
}

/// Whether there may be a value above the largest that is told: not a number (NaN), which Parquet's bounds leave out and
/// which is larger than every number.
fn may_exceed_bounds(column: &Column) -> bool {
    column.data_type.is_floating()
}

/// The bounds of a field in one file.
pub fn column_bounds(index: &FileIndex, field: &Field, idx: usize) -> (Precision<ScalarValue>, Precision<ScalarValue>) {
    match column_of(index, field) {
        Some(column) => bounds(column, idx),
        None => (Precision::Absent, Precision::Absent),
    }
}

fn bounds(column: &Column, idx: usize) -> (Precision<ScalarValue>, Precision<ScalarValue>) {
    match column.bounds(idx) {
        Some((min, max)) if column.slack() == 0 && !may_exceed_bounds(column) => {
            (Precision::Exact(min), Precision::Exact(max))
        }
        Some((min, _)) => (Precision::Exact(min), Precision::Absent),
        None => (Precision::Absent, Precision::Absent),
    }
}

/// The statistics of one file.
///
/// Bounds are called exact, since `DataFusion` skips files by exact ones only; they are never summed up over files,
/// where a bound that is not a value would give a wrong `min()`.
pub fn of_file(index: &FileIndex, schema: &SchemaRef, idx: usize) -> Statistics {
    let rows = index.rows_of(idx);
    let columns = schema.fields().iter().map(|field| {
        let Some(column) = column_of(index, field) else {
            return ColumnStatistics::new_unknown();
        };
        let (min_value, max_value) = bounds(column, idx);
        let null_count = column.null_count(idx, rows);
        ColumnStatistics {
            null_count: null_count.map_or(Precision::Absent, |count| Precision::Exact(to_usize(count))),
            min_value,
            max_value,
            ..ColumnStatistics::new_unknown()
        }
    });
    Statistics {
        num_rows: rows.map_or(Precision::Absent, |rows| Precision::Exact(to_usize(rows))),
        total_byte_size: Precision::Inexact(to_usize(index.bytes_of(idx))),
        column_statistics: columns.collect(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{DataType, Schema};
    use datafusion::common::ScalarValue;

    use super::*;
    use crate::{ColumnStats, DataFile, FileStats};

    /// A file of three rows with these bounds of its one column.
    fn file(number: usize, bounds: Option<(&str, &str)>, null_count: Option<u64>) -> DataFile {
        let text = |text: Option<&str>| ScalarValue::Utf8(text.map(str::to_owned));
        let column = ColumnStats {
            min: text(bounds.map(|(min, _)| min)),
            max: text(bounds.map(|(_, max)| max)),
            null_count,
        };
        DataFile {
            path: format!("{number}.parquet"),
            bytes: 10,
            rows: 3,
            partition: Vec::new(),
            stats: FileStats {
                leaves: Arc::new(["name".to_owned()]),
                columns: vec![column],
            },
        }
    }

    fn statistics(files: Vec<DataFile>) -> Statistics {
        let schema = Arc::new(Schema::new(vec![Field::new("name", DataType::Utf8, true)]));
        let index = FileIndex::from_files(files, &schema, &[]).unwrap();
        let all: Vec<usize> = (0..index.len()).collect();
        of_files(&index, &schema, &all, &[0])
    }

    fn exact(text: &str) -> Precision<ScalarValue> {
        Precision::Exact(ScalarValue::from(text))
    }

    #[test]
    fn files_of_nulls_have_no_part_in_bounds() {
        let found = statistics(vec![file(0, Some(("나", "다")), Some(1)), file(1, None, Some(3))]);
        let column = &found.column_statistics[0];
        assert_eq!(found.num_rows, Precision::Exact(6));
        assert_eq!((&column.min_value, &column.max_value), (&exact("나"), &exact("다")));
        assert_eq!(column.null_count, Precision::Exact(4));
        let only_nulls = statistics(vec![file(0, None, Some(3))]);
        assert_eq!(only_nulls.column_statistics[0].min_value, Precision::Absent);
    }

    #[test]
    fn one_file_without_bounds_leaves_them_open() {
        let found = statistics(vec![file(0, Some(("나", "다")), Some(0)), file(1, None, None)]);
        let column = &found.column_statistics[0];
        assert_eq!(
            (&column.min_value, &column.max_value),
            (&Precision::Absent, &Precision::Absent)
        );
        assert_eq!(column.null_count, Precision::Absent);
    }

    #[test]
    fn a_text_that_may_have_been_cut_is_no_value() {
        let long = "가".repeat(32);
        let found = statistics(vec![file(0, Some(("가", &long)), Some(0))]);
        let column = &found.column_statistics[0];
        assert_eq!(column.min_value, exact("가"));
        assert_eq!(column.max_value, Precision::Inexact(ScalarValue::from(long.as_str())));
    }
}
