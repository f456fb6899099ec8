//! What can go wrong with a warehouse, and on what.

use std::fmt;
use std::path::PathBuf;

use chrono::NaiveDate;
use deltalake_core::DeltaTableError;
use parquet::errors::ParquetError;

/// A result whose error is this crate's [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the warehouse; the variants say what failed on what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read, written or brought to disk.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `create`, `sync`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The folder given as a warehouse does not exist or is not a folder.
    #[error("no warehouse at {}: not a folder (`pilji ingest` creates one)", dir.display())]
    NoWarehouse {
        /// The folder that was asked for.
        dir: PathBuf,
    },

    /// A dataset's name cannot be a folder and a table name.
    #[error("not a dataset name: {name:?}: expected letters, digits, '_' or '-', starting with a letter or digit")]
    DatasetName {
        /// The refused name.
        name: String,
    },

    /// The dataset does not exist.
    #[error("no dataset {name:?} in {}", dir.display())]
    NoDataset {
        /// The dataset asked for.
        name: String,
        /// The warehouse.
        dir: PathBuf,
    },

    /// The dataset has no such version.
    #[error("dataset {dataset:?} has no version {version}; the newest is {newest}")]
    NoVersion {
        /// The dataset.
        dataset: String,
        /// The version asked for.
        version: u64,
        /// The newest version there is.
        newest: u64,
    },

    /// The dataset was written by another program with a Delta feature that the scan does not know.
    #[error("dataset {dataset:?} uses the Delta feature {feature}, which is not supported")]
    Feature {
        /// The dataset.
        dataset: String,
        /// The feature's name in the Delta protocol.
        feature: String,
    },

    /// A version's list of files could not be turned into columns.
    #[error("cannot index the files of dataset {dataset:?}")]
    Index {
        /// The dataset.
        dataset: String,
        /// What the Arrow library said.
        source: arrow::error::ArrowError,
    },

    /// A thread that worked on files ended before its work did.
    #[error("the work on files was cut short")]
    Worker {
        /// Why.
        source: tokio::task::JoinError,
    },

    /// The dataset's log could not be read or written.
    #[error("cannot {action} the log of dataset {dataset:?}")]
    Log {
        /// What was tried, as a verb: `read`, `write`.
        action: &'static str,
        /// The dataset.
        dataset: String,
        /// What the Delta library said.
        source: Box<DeltaTableError>,
    },

    /// A data file's footer could not be read.
    #[error("cannot read the Parquet footer of {}", path.display())]
    Footer {
        /// The file.
        path: PathBuf,
        /// What the Parquet library said.
        source: ParquetError,
    },

    /// A publication has an Arrow type that Delta does not know.
    #[error("column type not supported by Delta: {detail}")]
    ColumnType {
        /// The column and its type.
        detail: String,
    },

    /// A publication's columns are not those of the live dataset.
    #[error(
        "columns do not match dataset {dataset:?}: {difference}; publish to another dataset, or remove this one first"
    )]
    SchemaMismatch {
        /// The dataset.
        dataset: String,
        /// The first difference, found and expected.
        difference: String,
    },

    /// A publication contradicts itself.
    #[error("cannot publish to dataset {dataset:?}: {reason}")]
    Publication {
        /// The dataset.
        dataset: String,
        /// The contradiction.
        reason: String,
    },

    /// The live data of a 시군구 is newer than what was to be published.
    #[error(
        "{region} of dataset {dataset:?} is of {live}, newer than the {offered} to be published; \
         an older vintage does not take a newer one's place"
    )]
    OlderVintage {
        /// The dataset.
        dataset: String,
        /// The 시군구, or `the whole`.
        region: String,
        /// The vintage that is live.
        live: NaiveDate,
        /// The vintage that was offered.
        offered: NaiveDate,
    },

    /// Another writer published the same 시군구 while this one was publishing.
    #[error("another writer published {region} of dataset {dataset:?} at the same time (version {version}); run again")]
    Conflict {
        /// The dataset.
        dataset: String,
        /// The first 시군구 that both writers replaced, or `the whole`.
        region: String,
        /// The newest version of the other writers.
        version: u64,
    },

    /// An option for a user's files does not exist or cannot have the value.
    #[error("option {name:?} cannot be {value:?}: expected {expected}")]
    SourceOption {
        /// The option.
        name: String,
        /// The value given.
        value: String,
        /// What it may be.
        expected: &'static str,
    },

    /// There is no file and no folder at a path of a store.
    #[error("nothing to read at {path:?}: no such file or folder, or no data file in it")]
    SourceMissing {
        /// The path within the store.
        path: String,
    },

    /// A user's file holds no byte, or no column.
    #[error("{file:?} is empty: {what}")]
    SourceEmpty {
        /// The file within its store.
        file: String,
        /// What is missing.
        what: &'static str,
    },

    /// A user's file is of a kind that is not read.
    #[error("{file:?} {found}; {remedy}")]
    SourceKind {
        /// The file within its store.
        file: String,
        /// What it is: `is an Excel workbook`.
        found: &'static str,
        /// What to do.
        remedy: &'static str,
    },

    /// Folders and files do not make one table.
    #[error("{path:?} cannot be read as one table: {reason}")]
    SourceTree {
        /// The path within the store.
        path: String,
        /// The first contradiction, and what to do.
        reason: String,
    },

    /// The files of one table differ in a column.
    #[error("{file:?} does not fit: column {column:?} {difference}")]
    SourceSchema {
        /// The file within its store.
        file: String,
        /// The column.
        column: String,
        /// Its type there, the type elsewhere, and where that is.
        difference: String,
    },

    /// A row of a text file cannot be split into its fields, or text not be decoded.
    #[error("{file:?}, row {row}: {reason}")]
    SourceRow {
        /// The file within its store.
        file: String,
        /// The row, from 1; a header is row 1.
        row: u64,
        /// What is wrong with it, and what to do.
        reason: String,
    },

    /// A value of a text file does not fit its column's type.
    #[error("{0}")]
    SourceValue(Box<BadValue>),

    /// A store failed to list or to give a file.
    #[error("cannot {action} {path:?}")]
    SourceStore {
        /// What was tried, as a verb: `list`, `read`.
        action: &'static str,
        /// The path within the store.
        path: String,
        /// What the store said.
        source: Box<object_store::Error>,
    },

    /// A user's Parquet file could not be read.
    #[error("cannot read {file:?} as Parquet; it may be damaged or still being written")]
    SourceParquet {
        /// The file within its store.
        file: String,
        /// What the Parquet library said.
        source: Box<ParquetError>,
    },

    /// Rows of a user's file could not be turned into columns.
    #[error("cannot turn the rows of {file:?} into columns")]
    SourceColumns {
        /// The file within its store, or the folder.
        file: String,
        /// What the Arrow library said.
        source: arrow::error::ArrowError,
    },
}

/// A value of a text file that does not fit its column's type, and where it is.
#[derive(Debug)]
pub struct BadValue {
    /// The file within its store.
    pub file: String,
    /// The row, from 1; a header is row 1.
    pub row: u64,
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// The type that it should have.
    pub expected: String,
    /// The table's name.
    pub table: String,
}

impl fmt::Display for BadValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            row,
            column,
            value,
            expected,
            table,
        } = self;
        write!(
            formatter,
            "{file:?}, row {row}: column {column:?} has {value:?}, which is no {expected}; correct the value, or read \
             the column as text: `pilji model edit {table} --type {column}=text`"
        )
    }
}
