//! Geometries from texts, bytes and numbers, and back.

mod geojson_read;
mod geojson_write;
mod srid;
mod st_asbinary;
mod st_asewkb;
mod st_asewkt;
mod st_asgeojson;
mod st_ashexewkb;
mod st_astext;
mod st_geohash;
mod st_geomfromgeojson;
mod st_geomfromtext;
mod st_geomfromwkb;
mod st_hilbert;
mod st_makeenvelope;
mod st_makeline;
mod st_makepoint;
mod st_point;
mod st_tileenvelope;

use crate::function::SpatialFunction;

pub use st_makeenvelope::envelope as rectangle;

use srid::srid_of_call;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_asbinary::ST_ASBINARY,
    st_asewkb::ST_ASEWKB,
    st_asewkt::ST_ASEWKT,
    st_asgeojson::ST_ASGEOJSON,
    st_ashexewkb::ST_ASHEXEWKB,
    st_astext::ST_ASTEXT,
    st_geohash::ST_GEOHASH,
    st_geomfromgeojson::ST_GEOMFROMGEOJSON,
    st_geomfromtext::ST_GEOMFROMTEXT,
    st_geomfromwkb::ST_GEOMFROMWKB,
    st_hilbert::ST_HILBERT,
    st_makeenvelope::ST_MAKEENVELOPE,
    st_makeline::ST_MAKELINE,
    st_makepoint::ST_MAKEPOINT,
    st_point::ST_POINT,
    st_tileenvelope::ST_TILEENVELOPE,
];
