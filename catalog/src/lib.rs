//! Pilji's warehouse: datasets in a folder, their versions, and the scan over them.
//!
//! A warehouse is a folder; a dataset is a Delta table in it whose files are `GeoParquet`. Nothing else runs.
//!
//! Reading order: [`Warehouse`] finds datasets, [`Dataset`] is one pinned version of one, [`DataFile`] one of its
//! files; [`Publication`] goes in; [`FileTable`] comes out towards `DataFusion`. [`source`] reads users' files where
//! they are.

mod access_plan;
mod actions;
mod blocking;
mod commit;
mod connection;
mod covering;
mod data_file;
mod dataset;
mod delta_stats;
mod drop;
mod error;
mod file_index;
mod file_set;
mod filters_first;
mod footer;
mod join_keys;
mod log;
mod log_entry;
mod log_schema;
mod model;
mod name;
mod primary_key;
mod pruning;
mod publish;
mod replay;
mod revisions;
mod scan_report;
mod share;
pub mod source;
mod statistics;
mod table;
mod text_encoding;
mod toml_text;
mod vacuum;
mod version_summary;
mod vintage;
mod warehouse;
mod whole_sido;

pub use connection::{
    ConnectedStore, Connection, ConnectionConfig, Connections, ListedConnection, Probe, S3Config, Variables,
};
pub use data_file::{ColumnStats, DataFile, FileStats, partition_folder};
pub use dataset::{Commit, Dataset};
pub use error::{BadValue, Error, Result};
pub use file_index::FileIndex;
pub use file_set::FileSet;
pub use join_keys::physical_optimizers;
pub use model::{
    COMMENT, ColumnType, Existing, FileSource, ListedModel, Model, ModelColumn, ModelSource, Models, Place, ROLE,
    Reach, RegisterRequest, Registered, Role, Roots, SHARED_OWNER, Staged, StoreRequest, StoredRows, is_temporary,
    korean_comment,
};
pub use publish::{Publication, Published, Replace};
pub use scan_report::{ScanReport, ScanReports};
pub use share::Share;
pub use table::FileTable;
pub use text_encoding::{EncodingDetector, TextEncoding};
pub use vacuum::{VacuumOptions, Vacuumed};
pub use version_summary::{LiveSigungu, VersionSummary};
pub use warehouse::Warehouse;
