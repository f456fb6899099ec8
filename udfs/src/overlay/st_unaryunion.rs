//! `st_unaryunion`.

use super::operation::unary_union;
use crate::function::{Argument, Returns, SpatialFunction};

/// One geometry of all parts of another.
pub const ST_UNARYUNION: SpatialFunction = SpatialFunction {
    name: "st_unaryunion",
    aliases: &[],
    about: "Returns the union of all parts of a geometry: areas that overlap or touch are joined, lines are cut where they \
            meet, equal points are one, and whatever lies in an area goes. Fails on polygons that cross themselves.",
    example: "SELECT st_unaryunion(st_collect('POLYGON((0 0,2 0,2 2,0 2,0 0))', 'POLYGON((1 0,3 0,3 2,1 2,1 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| unary_union(&row.geometry(0)?).map(Some)),
};
