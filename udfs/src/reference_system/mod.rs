//! Coordinate systems of geometries.

mod memo;
mod st_setsrid;
mod st_srid;
mod st_transform;

use crate::function::SpatialFunction;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[st_setsrid::ST_SETSRID, st_srid::ST_SRID, st_transform::ST_TRANSFORM];
