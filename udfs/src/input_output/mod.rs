//! Geometries from texts, bytes and numbers, and back.

mod st_asbinary;
mod st_asewkb;
mod st_astext;
mod st_geomfromtext;
mod st_geomfromwkb;
mod st_makeenvelope;
mod st_point;

use crate::function::SpatialFunction;

pub use st_makeenvelope::envelope as rectangle;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_asbinary::ST_ASBINARY,
    st_asewkb::ST_ASEWKB,
    st_astext::ST_ASTEXT,
    st_geomfromtext::ST_GEOMFROMTEXT,
    st_geomfromwkb::ST_GEOMFROMWKB,
    st_makeenvelope::ST_MAKEENVELOPE,
    st_point::ST_POINT,
];
