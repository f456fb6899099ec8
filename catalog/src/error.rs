//! What can go wrong with a warehouse, and on what.

use std::path::PathBuf;

use chrono::NaiveDate;
use datafusion::error::DataFusionError;
use deltalake_core::DeltaTableError;
use parquet::errors::ParquetError;

mod value;

pub use value::BadValue;

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

    /// A name cannot be a folder's name and a word in a query.
    #[error(
        "not a {kind} name: {name:?}: expected letters (Hangul too), digits, '_' or '-', starting with a letter or digit"
    )]
    Name {
        /// What was to be named: `connection`, `model`, `owner`.
        kind: &'static str,
        /// The refused name.
        name: String,
    },

    /// A text that a person may edit is not what it must be.
    #[error("{}:{line}: {message}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was found, and what is expected.
        message: String,
    },

    /// A value could not be written as TOML.
    #[error("cannot write the text")]
    TomlWrite {
        /// What the TOML library said.
        source: toml::ser::Error,
    },

    /// What was to be added is there already.
    #[error("there is a {what} already; {remedy}")]
    Exists {
        /// What it is, with its name.
        what: String,
        /// What to do about it.
        remedy: String,
    },

    /// Another writer changed the same connection or model at the same time.
    #[error("{what} was changed by somebody else at the same time (revision {revision}); look at it, then do it again")]
    Changed {
        /// What it is, with its name.
        what: String,
        /// The revision that this writer wanted to write.
        revision: u64,
    },

    /// The connection does not exist.
    #[error(
        "no connection {name:?}; {}",
        known_names("connections", known, "`pilji connection add` makes one")
    )]
    NoConnection {
        /// The connection asked for.
        name: String,
        /// The connections that exist.
        known: Vec<String>,
    },

    /// A connection was described in a way that cannot work.
    #[error("cannot add connection {name:?}: {reason}")]
    ConnectionConfig {
        /// The connection.
        name: String,
        /// What cannot work, with a remedy.
        reason: String,
    },

    /// The secret of a connection is not where the connection says that it is.
    #[error("no secret for connection {name:?}: {reason}")]
    Secret {
        /// The connection.
        name: String,
        /// Where it was looked for; never the secret itself.
        reason: String,
    },

    /// The place that a connection leads to cannot be used.
    #[error("connection {name:?}: {problem}")]
    Connection {
        /// The connection.
        name: String,
        /// What that means, in words.
        problem: String,
        /// What the store said.
        source: Box<object_store::Error>,
    },

    /// A store's name in plans could not be made.
    #[error("cannot name a store")]
    StoreUrl {
        /// What the planner's library said.
        source: Box<datafusion::error::DataFusionError>,
    },

    /// The model does not exist.
    #[error(
        "no model {name:?}; {}",
        known_names("models", known, "`pilji model register` makes one")
    )]
    NoModel {
        /// The model asked for, with its owner.
        name: String,
        /// The models that exist.
        known: Vec<String>,
    },

    /// What was typed does not say where data is.
    #[error("cannot read data at {location:?}: {reason}")]
    Location {
        /// What was typed.
        location: String,
        /// What is wrong with it, with a remedy.
        reason: String,
    },

    /// A path is not below the folders that are read on request.
    #[error("{} is outside of the folders that this server may read; {}", path.display(), roots_remedy(*any))]
    OutsideRoots {
        /// The path as it was given.
        path: PathBuf,
        /// Whether there are such folders at all.
        any: bool,
    },

    /// A column was named that the data does not have.
    #[error("no column {column:?}; {}", known_names("columns", known, "the data has none"))]
    NoColumn {
        /// The column.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },

    /// A dataset that a model names could not be sampled.
    #[error("cannot look at dataset {dataset:?}")]
    Sample {
        /// The dataset.
        dataset: String,
        /// What the query engine said.
        source: Box<datafusion::error::DataFusionError>,
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

    /// The land of a 시군구 that was to be published is live under the names of its successors.
    #[error(
        "{region} of dataset {dataset:?} has become {successors}, of which {live} is live; \
         the {offered} of the former one does not take their place"
    )]
    Succeeded {
        /// The dataset.
        dataset: String,
        /// The former 시군구.
        region: String,
        /// The 시군구 that hold its land.
        successors: String,
        /// The oldest of their live vintages.
        live: NaiveDate,
        /// The vintage that was offered.
        offered: NaiveDate,
    },

    /// The dataset has nothing that old.
    #[error("{}", no_vintage(dataset, *date, *oldest))]
    NoVintage {
        /// The dataset.
        dataset: String,
        /// The date asked for.
        date: NaiveDate,
        /// The oldest vintage there is; `None` when no row says of which date it is.
        oldest: Option<NaiveDate>,
    },

    /// The files of what was asked for were removed by a vacuum.
    #[error(
        "{what} of dataset {dataset:?} cannot be read any more: the vacuum of version {vacuum} removed its files; \
         ask for what is live (version {newest}), or ingest the old data into a dataset of another name. \
         A vacuum with `--keep DATE` keeps the vintage of a date"
    )]
    Vacuumed {
        /// The dataset.
        dataset: String,
        /// What was asked for: `version 3`, `the vintage of 2021-05-01 (서울특별시 종로구)`.
        what: String,
        /// The version that the vacuum made.
        vacuum: u64,
        /// The newest version.
        newest: u64,
    },

    /// Entries of the log are missing, so that the dataset's history is not known.
    #[error(
        "the log of dataset {dataset:?} has no entry for version {version}: another program removed it, and with it the \
         history before it; the newest version can still be read"
    )]
    LogIncomplete {
        /// The dataset.
        dataset: String,
        /// The first version without an entry.
        version: u64,
    },

    /// A publication lacks a part of a 시도 whose place it would take.
    #[error(
        "dataset {dataset:?} is laid out by 시도, and what was to be published lacks {n_missing} live 시군구 of {si}, such \
         as {first}; publish the whole of {si} at once, or keep the data in a dataset that is laid out by 시군구"
    )]
    PartOfSido {
        /// The dataset.
        dataset: String,
        /// The 시도.
        si: String,
        /// The first 시군구 that is live and was not offered.
        first: String,
        /// Number of such 시군구.
        n_missing: usize,
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

    /// A user's file is of another format than it was said to be.
    #[error("{file:?} is {found}, not {asked}; leave out the format to have it found")]
    SourceFormat {
        /// The file within its store.
        file: String,
        /// The format that it has.
        found: &'static str,
        /// The format that was asked for.
        asked: &'static str,
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

    /// Rows were to be added to a table whose files are somebody else's.
    #[error(
        "rows cannot be added to {name}: its data is kept elsewhere and only read here; make a table of your own \
         (CREATE TABLE … AS SELECT * FROM {name}) and add them to that"
    )]
    NotStored {
        /// The table, with its owner.
        name: String,
    },

    /// A view is to be read as if it had rows of its own.
    #[error("{name} is a view, which only the server reads: ask for it with `pilji query`")]
    View {
        /// The view, with its owner.
        name: String,
    },

    /// Columns that a table cannot have.
    #[error("the columns do not make a table: {reason}")]
    StoredColumns {
        /// What is wrong, and what is expected.
        reason: String,
    },

    /// A value is missing where none may.
    #[error("no value in row {row} for column {column:?}, which is NOT NULL; no row was stored")]
    StoredNull {
        /// The column.
        column: String,
        /// The row of those that were to be stored, from 1.
        row: u64,
    },

    /// A value does not fit its column.
    #[error("a value in row {row} does not fit column {column:?}; no row was stored")]
    StoredValue {
        /// The column.
        column: String,
        /// The row of those that were to be stored, from 1.
        row: u64,
        /// What the Arrow library said of the value.
        source: arrow::error::ArrowError,
    },

    /// A file of a table cannot be written.
    #[error("cannot write {}", path.display())]
    StoredFile {
        /// The file, in the table's folder.
        path: PathBuf,
        /// What the Parquet library said.
        source: Box<ParquetError>,
    },

    /// Rows that were to be stored could not be had.
    #[error("the rows could not be read to their end; none was stored")]
    Rows {
        /// Why.
        source: Box<DataFusionError>,
    },
}

/// The names that exist, or what to do when there are none.
fn known_names(what: &str, known: &[String], remedy: &str) -> String {
    const SHOWN: usize = 20;
    match known.len() {
        0 => format!("there are no {what} yet ({remedy})"),
        1..=SHOWN => format!("{what} are {}", known.join(", ")),
        n_known => format!("{what} are {} and {} more", known[..SHOWN].join(", "), n_known - SHOWN),
    }
}

fn roots_remedy(any: bool) -> &'static str {
    if any {
        "the setting `roots` (PILJI_ROOTS) lists them"
    } else {
        "there are none: set `roots` (PILJI_ROOTS), or register the data on the server with `pilji model register`"
    }
}

fn no_vintage(dataset: &str, date: NaiveDate, oldest: Option<NaiveDate>) -> String {
    match oldest {
        Some(oldest) => format!("dataset {dataset:?} has nothing of {date} or before; its oldest vintage is {oldest}"),
        None => format!("dataset {dataset:?} has no vintages: its rows do not say of which date they are"),
    }
}
