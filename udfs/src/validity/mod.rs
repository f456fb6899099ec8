//! Whether geometries are what their type promises, why not, and valid ones in their place.
//!
//! [`flaw`] finds what is wrong with polygons, by the meetings of their rings ([`chains`]) and by which ring lies in which
//! ([`nesting`]); [`simple`] asks lines; [`mended`] makes valid geometries, by the [`faces`] that rings cut the plane into.

mod chains;
mod faces;
mod flaw;
mod mended;
mod nesting;
mod sets;
mod simple;
mod st_isclosed;
mod st_isring;
mod st_issimple;
mod st_isvalid;
mod st_isvalidreason;
mod st_makevalid;
mod turn;

use crate::function::SpatialFunction;
use crate::geometry::Geometry;

pub use flaw::{Rings, flaw};

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_isclosed::ST_ISCLOSED,
    st_isring::ST_ISRING,
    st_issimple::ST_ISSIMPLE,
    st_isvalid::ST_ISVALID,
    st_isvalidreason::ST_ISVALIDREASON,
    st_makevalid::ST_MAKEVALID,
];

/// Whether a geometry keeps the OGC's rules: rings and polygons do not cross, holes lie within, areas hang together, coordinates
/// are finite.
#[must_use]
pub fn is_valid(geometry: &geo::Geometry<f64>) -> bool {
    flaw(&Geometry::from_geo(geometry).shape, Rings::Simple).is_none()
}
