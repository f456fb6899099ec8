//! Pilji's domain values and SQL functions: codes, parcel numbers, names, coordinate systems and geometries of the
//! Korean cadastre.
//!
//! Pure: no files, no clock, no environment. A value that exists is valid; texts are parsed once, at the edge.
//!
//! Reading order: [`BjdCode`] and [`Pnu`] (who a parcel is), [`Jibun`] and [`Jimok`] (what the map writes on it),
//! [`RegionName`], [`BjdTable`] and [`successors`] (where it lies, and lay), [`Crs`], [`ToWgs84`] and [`hilbert_index`] (its
//! coordinates) and [`geometry`] (its shape); then [`function`], how SQL functions are written, and the chapters of
//! functions, which [`scalar_functions`] and [`aggregate_functions`] list.

mod accessors;
mod address;
mod administrative;
mod bjd_code;
mod bjd_table;
mod cadastral;
mod collections;
pub mod coverage;
mod crs;
mod error;
mod float_damage;
pub mod function;
pub mod geometry;
mod hilbert;
mod input_output;
mod jibun;
mod jimok;
pub mod join;
mod measures;
mod overlay;
mod pnu;
mod processing;
mod reference_system;
mod region_name;
mod registry;
pub mod relations;
mod succession;
mod tiles;
mod validity;

pub use address::{Address, Named};
pub use administrative::{AdministrativeDong, administrative_dong};
pub use bjd_code::BjdCode;
pub use bjd_table::{BjdEntry, BjdTable};
pub use cadastral::area_m2;
pub use crs::{Crs, Custom, FromWgs84, System, ToWgs84, WGS84_PROJJSON};
pub use error::{Error, Result};
pub use hilbert::hilbert_index;
pub use jibun::Jibun;
pub use jimok::Jimok;
pub use pnu::Pnu;
pub use region_name::RegionName;
pub use registry::{aggregate_functions, functions_page, scalar_functions};
pub use succession::{Sigungu, predecessors, successors, superseded};
pub use validity::is_valid;
