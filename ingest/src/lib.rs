//! Pilji's ingest: official cadastral files in, GeoParquet datasets out.
//!
//! Reading order: [`source`] (files to records), [`reject`] (rows that are kept out), [`sample`] (input in the
//! official format, made up).

pub mod error;
pub mod reject;
pub mod sample;
pub mod source;
