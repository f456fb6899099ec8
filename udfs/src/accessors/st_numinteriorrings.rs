//! `st_numinteriorrings`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Kind;

/// The number of holes.
pub const ST_NUMINTERIORRINGS: SpatialFunction = SpatialFunction {
    name: "st_numinteriorrings",
    aliases: &["st_numinteriorring"],
    about: "Returns the number of inner rings of a polygon; NULL for other geometries, multipolygons among them.",
    example: "SELECT st_numinteriorrings(st_geometryn(geometry, 1)) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("polygon", "A polygon.")],
    returns: Returns::Integer,
    call: |call| {
        call.integers(|row| {
            let wkb = row.wkb(0)?;
            if wkb.kind() != Kind::Polygon {
                return Ok(None);
            }
            Ok(i64::try_from(wkb.rings().count().saturating_sub(1)).ok())
        })
    },
};
