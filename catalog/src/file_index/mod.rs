//! The files of a version as compact columns: what a scan selects files by, without looking at the disk.
//!
//! Everything is kept as ranks ([`domain`]) in the narrowest numbers that hold them ([`packed`]): a file takes some
//! hundred bytes, and a test of one column over 20,000 files some microseconds.

mod build;
mod by_rank;
mod column;
mod domain;
mod packed;
mod paths;

use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::{DataType, Fields};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;

use crate::{ColumnStats, DataFile, FileStats};

pub use column::{Column, Range};
pub use domain::text;
pub use packed::BLOCK;

use packed::{Bits, Packed};
use paths::Paths;

/// The files of one kind by path, with their partition values and as much of their statistics as is worth its memory.
///
/// Of the statistics are kept, up to 200 bytes a file in all: first bounds of `bbox` and of texts that are digits (PNU,
/// 법정동코드), then those of dates, whole numbers, and all others, the cheapest first. A small set of files keeps all.
#[derive(Debug)]
pub struct FileIndex {
    n_files: usize,
    paths: Paths,
    bytes: Packed,
    rows: Packed,
    /// The files whose number of rows is known; `None` when that of all is.
    counted: Option<Bits>,
    total_bytes: u64,
    /// The rows of the files whose number of rows is known.
    total_rows: u64,
    /// In partition order.
    partitions: Box<[Column]>,
    /// The leaf columns that are kept, by dotted path, in the order of the schema.
    leaves: Box<[Column]>,
    leaf_names: Arc<[String]>,
}

impl FileIndex {
    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.n_files
    }

    /// True when there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n_files == 0
    }

    /// One file with its kept statistics; files are numbered by path from 0. Its rows are 0 where their number is not known.
    ///
    /// # Panics
    ///
    /// When there is no such file.
    #[must_use]
    pub fn file(&self, idx: usize) -> DataFile {
        assert!(idx < self.n_files, "no file {idx} of {}", self.n_files);
        let partition = self.partitions.iter().map(|column| {
            let value = column
                .bounds(idx)
                .and_then(|(value, _)| value.cast_to(&DataType::Utf8).ok());
            (column.name.clone(), value.as_ref().and_then(text).map(str::to_owned))
        });
        let null = |column: &Column| ScalarValue::try_new_null(&column.data_type).unwrap_or(ScalarValue::Null);
        let stats = self.leaves.iter().map(|column| {
            let (min, max) = column.bounds(idx).unwrap_or_else(|| (null(column), null(column)));
            ColumnStats {
                min,
                max,
                null_count: column.null_count(idx, self.rows_of(idx)),
            }
        });
        DataFile {
            path: self.path(idx),
            bytes: self.bytes_of(idx),
            rows: self.rows_of(idx).unwrap_or_default(),
            partition: partition.collect(),
            stats: FileStats {
                leaves: Arc::clone(&self.leaf_names),
                columns: stats.collect(),
            },
        }
    }

    /// The files, by path.
    #[must_use]
    pub fn files(&self) -> impl ExactSizeIterator<Item = DataFile> + '_ {
        (0..self.n_files).map(|idx| self.file(idx))
    }

    /// The number of rows of all files; `None` when that of some file is not known.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.counted.is_none().then_some(self.total_rows)
    }

    /// The size of all files in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.total_bytes
    }

    /// The size of the index in memory, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let columns = self.partitions.iter().chain(&self.leaves);
        let names = self.leaf_names.iter().map(|name| size_of::<String>() + name.capacity());
        size_of::<Self>()
            + self.paths.memory_bytes()
            + self.bytes.heap_bytes()
            + self.rows.heap_bytes()
            + self.counted.as_ref().map_or(0, Bits::heap_bytes)
            + columns.map(Column::memory_bytes).sum::<usize>()
            + names.sum::<usize>()
    }

    /// The number of rows of the files whose number of rows is known.
    pub(crate) fn rows_at_least(&self) -> u64 {
        self.total_rows
    }

    /// The path of a file, relative to the folder of the files.
    pub(crate) fn path(&self, idx: usize) -> String {
        self.paths.get(idx)
    }

    /// The size of a file in bytes.
    pub(crate) fn bytes_of(&self, idx: usize) -> u64 {
        self.bytes.get(idx)
    }

    /// The number of rows of a file, when known.
    pub(crate) fn rows_of(&self, idx: usize) -> Option<u64> {
        let counted = self.counted.as_ref().is_none_or(|counted| counted.get(idx));
        counted.then(|| self.rows.get(idx))
    }

    /// The partition columns, in partition order.
    pub(crate) fn partitions(&self) -> &[Column] {
        &self.partitions
    }

    /// A partition column by its name.
    pub(crate) fn partition(&self, name: &str) -> Option<&Column> {
        self.partitions.iter().find(|column| column.name == name)
    }

    /// A partition column by its name, or a leaf column by its dotted path.
    pub(crate) fn column(&self, path: &str) -> Option<&Column> {
        self.partition(path)
            .or_else(|| self.leaves.iter().find(|column| column.name == path))
    }
}

/// Bounds of a column in some of the files as arrays, with NULL where there are none.
pub fn bound_arrays(column: &Column, files: &[usize]) -> Result<(ArrayRef, ArrayRef), ArrowError> {
    let null = ScalarValue::try_new_null(&column.data_type)?;
    let (mut low, mut high) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len()));
    for idx in files {
        let (min, max) = column.bounds(*idx).unwrap_or_else(|| (null.clone(), null.clone()));
        low.push(min);
        high.push(max);
    }
    let array = |values: Vec<ScalarValue>| {
        if values.is_empty() {
            return Ok(new_null_array(&column.data_type, 0));
        }
        ScalarValue::iter_to_array(values).map_err(|error| ArrowError::ExternalError(Box::new(error)))
    };
    Ok((array(low)?, array(high)?))
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
