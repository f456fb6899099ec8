//! One data file of a dataset: where it is, how much it holds, what values it can hold.

use std::path::Path;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use unicode_normalization::UnicodeNormalization;

use crate::{Result, footer};

/// The folder name of a NULL partition value, as Hive and Spark write it.
const NULL_FOLDER: &str = "__HIVE_DEFAULT_PARTITION__";

/// One immutable Parquet file of a dataset version.
#[derive(Debug, Clone, PartialEq)]
pub struct DataFile {
    /// Path relative to the dataset's folder, `/`-separated, readable (Hangul is not percent-encoded).
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Number of rows.
    pub rows: u64,
    /// Partition columns and their values in partition order; `None` is NULL. Empty for a plain dataset.
    pub partition: Vec<(String, Option<String>)>,
    /// Smallest and largest value and number of NULLs of the file's leaf columns.
    pub stats: FileStats,
}

/// Statistics of the leaf columns of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileStats {
    /// Dotted paths of the leaves (`pnu`, `bbox.xmin`), shared by the files of a version.
    pub(crate) leaves: Arc<[String]>,
    /// One entry per leaf.
    pub(crate) columns: Vec<ColumnStats>,
}

/// Statistics of one leaf column of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnStats {
    /// A lower bound of the values that are not NULL, as a rule the smallest; a NULL of the type when unknown.
    pub min: ScalarValue,
    /// An upper bound of the values that are not NULL, as a rule the largest; a NULL of the type when unknown.
    pub max: ScalarValue,
    /// Number of NULLs, when known.
    pub null_count: Option<u64>,
}

impl FileStats {
    /// The dotted paths of the leaf columns that have statistics.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.leaves.iter().map(String::as_str)
    }

    /// The statistics of the leaf column with this dotted path (`pnu`, `bbox.xmin`).
    #[must_use]
    pub fn column(&self, leaf: &str) -> Option<&ColumnStats> {
        let idx = self.leaves.iter().position(|name| name == leaf)?;
        self.columns.get(idx)
    }
}

impl DataFile {
    /// Reads the footer of a file that was written below `dataset_dir`: rows, bytes, statistics of every leaf column.
    ///
    /// `path` is relative to `dataset_dir`; `partition` are the partition values of all its rows, in partition order.
    /// Leaves inside lists and maps have no statistics; binary and boolean leaves have a number of NULLs only.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the file cannot be opened, [`Error::Footer`](crate::Error::Footer) when
    /// it is not a whole Parquet file.
    pub fn inspect(dataset_dir: &Path, path: String, partition: Vec<(String, Option<String>)>) -> Result<Self> {
        let footer = footer::read(&dataset_dir.join(&path))?;
        Ok(Self {
            path,
            bytes: footer.bytes,
            rows: footer.rows,
            partition,
            stats: footer.stats,
        })
    }

    /// The value of a partition column; `None` for NULL and for a column that does not partition.
    pub(crate) fn partition_value(&self, column: &str) -> Option<&str> {
        self.partition.iter().find(|(name, _)| name == column)?.1.as_deref()
    }
}

/// The folder of a partition, relative to the dataset's folder: `si_nm=서울특별시/sgg_nm=종로구`.
///
/// Values are NFC-normalised and stay readable; only characters that a path cannot hold are escaped as Hive does
/// (`%2F`); NULL and the empty text, which Delta takes for NULL, are `__HIVE_DEFAULT_PARTITION__`. Empty for no
/// partition columns.
#[must_use]
pub fn partition_folder(partition: &[(String, Option<String>)]) -> String {
    let folders: Vec<String> = partition
        .iter()
        .map(|(column, value)| match value.as_deref() {
            None | Some("") => format!("{column}={NULL_FOLDER}"),
            Some(value) => format!("{column}={}", escape(value)),
        })
        .collect();
    folders.join("/")
}

/// Percent-escapes the characters that Hive escapes in a partition's folder name.
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.nfc() {
        if character.is_ascii_control() || "\"#%'*/:=?\\{[]^".contains(character) {
            let hex = format!("%{:02X}", u32::from(character));
            escaped.push_str(&hex);
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(partition: &[(&str, Option<&str>)], expected: &str) {
        let partition: Vec<_> = partition
            .iter()
            .map(|(column, value)| ((*column).to_owned(), value.map(str::to_owned)))
            .collect();
        assert_eq!(partition_folder(&partition), expected);
    }

    #[test]
    fn a_folder_stays_readable() {
        check(
            &[("si_nm", Some("경기도")), ("sgg_nm", Some("안양시 동안구"))],
            "si_nm=경기도/sgg_nm=안양시 동안구",
        );
        check(
            &[("si_nm", Some("세종특별자치시")), ("sgg_nm", None)],
            "si_nm=세종특별자치시/sgg_nm=__HIVE_DEFAULT_PARTITION__",
        );
        check(&[("a", Some(""))], "a=__HIVE_DEFAULT_PARTITION__");
        check(&[("a", Some("x/y=%"))], "a=x%2Fy%3D%25");
        check(&[], "");
    }

    #[test]
    fn a_decomposed_name_is_composed() {
        let decomposed: String = "서울"
            .chars()
            .flat_map(|c| unicode_normalization::UnicodeNormalization::nfd(std::iter::once(c)))
            .collect();
        assert_ne!(decomposed, "서울");
        check(&[("si_nm", Some(&decomposed))], "si_nm=서울");
    }
}
