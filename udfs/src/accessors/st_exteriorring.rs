//! `st_exteriorring`.

use super::ring::ring;
use crate::function::{Argument, Returns, SpatialFunction};

/// The shell of a polygon.
pub const ST_EXTERIORRING: SpatialFunction = SpatialFunction {
    name: "st_exteriorring",
    aliases: &[],
    about: "Returns the outer ring of a polygon as a line; NULL for other geometries, multipolygons among them.",
    example: "SELECT st_exteriorring(st_geometryn(geometry, 1)) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("polygon", "A polygon.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(ring(&row.wkb(0)?, 0))),
};
