//! Pilji's ingest: official cadastral files in, `GeoParquet` datasets out.
//!
//! Reading order: [`source`] (files to records), [`ingest()`] with [`IngestOptions`] and [`Report`] (records to a
//! published dataset), [`reject`] (rows that are kept out), [`sample`] (input in the official format, made up).

mod areas;
mod cadastral;
mod columns;
pub mod error;
mod file_layout;
mod finish;
mod geometry;
mod layout;
mod options;
mod pipeline;
mod plain;
mod plan;
mod progress;
mod provenance;
mod record;
mod region;
pub mod reject;
mod reject_file;
mod report;
mod reproject;
mod ring;
mod run;
pub mod sample;
mod scratch;
mod shuffle;
pub mod source;
mod writer;

pub use areas::AreaLevel;
pub use error::{Error, Result};
pub use file_layout::FileLayout;
pub use options::{Cancel, IngestOptions, Rows};
pub use progress::{Phase, Progress, Silent};
pub use report::{Notes, PartReport, Report, SigunguReport};
pub use run::ingest;
