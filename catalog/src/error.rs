//! What can go wrong with a warehouse, and on what.

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
}
