//! `st_forcepolygonccw`.

use super::st_forcepolygoncw::clockwise;
use super::st_reverse::reversed;
use crate::function::{Argument, Returns, SpatialFunction};

/// The geometry with shells counterclockwise and holes clockwise.
pub const ST_FORCEPOLYGONCCW: SpatialFunction = SpatialFunction {
    name: "st_forcepolygonccw",
    aliases: &[],
    about: "Returns the geometry with the shells of its areas counterclockwise and their holes clockwise; lines come out reversed, as in PostGIS. Z and M are kept.",
    example: "SELECT st_astext(st_forcepolygonccw('POLYGON((0 0,1 1,1 0,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(reversed(clockwise(row.geometry(0)?))))),
};
