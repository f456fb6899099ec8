//! `st_numgeometries`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Kind;

/// The number of members.
pub const ST_NUMGEOMETRIES: SpatialFunction = SpatialFunction {
    name: "st_numgeometries",
    aliases: &[],
    about: "Returns the number of members of a multi-geometry or collection, 1 for others, 0 for EMPTY ones of these.",
    example: "SELECT st_numgeometries('MULTIPOINT(1 1,2 2)')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Integer,
    call: |call| {
        call.integers(|row| {
            let wkb = row.wkb(0)?;
            let count = match wkb.kind() {
                _ if wkb.is_empty() => 0,
                Kind::Point | Kind::LineString | Kind::Polygon => 1,
                _ => wkb.members().count(),
            };
            Ok(i64::try_from(count).ok())
        })
    },
};
