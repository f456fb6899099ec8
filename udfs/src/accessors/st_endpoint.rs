//! `st_endpoint`.

use super::line_point::line_point;
use crate::function::{Argument, Returns, SpatialFunction};

/// The last point of a line.
pub const ST_ENDPOINT: SpatialFunction = SpatialFunction {
    name: "st_endpoint",
    aliases: &[],
    about: "Returns the last point of a line; NULL for EMPTY and for geometries that are no single line.",
    example: "SELECT st_astext(st_endpoint('LINESTRING(1 2,3 4)'))",
    arguments: &[Argument::geometry("line", "A line.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(line_point(&row.wkb(0)?, -1))),
};
