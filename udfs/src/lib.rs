//! Pilji's domain values: codes, parcel numbers, names and coordinate systems of the Korean cadastre.
//!
//! Pure: no files, no clock, no environment. A value that exists is valid; texts are parsed once, at the edge.
//!
//! Reading order: [`BjdCode`] and [`Pnu`] (who a parcel is), [`Jibun`] and [`Jimok`] (what the map writes on it),
//! [`RegionName`], [`BjdTable`] and [`successors`] (where it lies, and lay), [`Crs`], [`ToWgs84`] and [`hilbert_index`] (its coordinates).

mod bjd_code;
mod bjd_table;
mod crs;
mod error;
mod float_damage;
mod hilbert;
mod jibun;
mod jimok;
mod pnu;
mod region_name;
mod succession;

pub use bjd_code::BjdCode;
pub use bjd_table::{BjdEntry, BjdTable};
pub use crs::{Crs, FromWgs84, ToWgs84, WGS84_PROJJSON};
pub use error::{Error, Result};
pub use hilbert::hilbert_index;
pub use jibun::Jibun;
pub use jimok::Jimok;
pub use pnu::Pnu;
pub use region_name::RegionName;
pub use succession::{Sigungu, predecessors, successors, superseded};
