//! `st_numpoints`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Kind;

/// The number of points of a line.
pub const ST_NUMPOINTS: SpatialFunction = SpatialFunction {
    name: "st_numpoints",
    aliases: &[],
    about: "Returns the number of points of a line; NULL for geometries that are no single line: `st_npoints` counts in any.",
    example: "SELECT st_numpoints('LINESTRING(1 2,3 4)')",
    arguments: &[Argument::geometry("line", "A line.")],
    returns: Returns::Integer,
    call: |call| {
        call.integers(|row| {
            let wkb = row.wkb(0)?;
            let is_line = wkb.kind() == Kind::LineString;
            Ok(is_line.then(|| i64::try_from(wkb.coords().len()).ok()).flatten())
        })
    },
};
