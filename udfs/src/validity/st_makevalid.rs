//! `st_makevalid`.

use super::mended::mended;
use crate::function::{Argument, Returns, SpatialFunction};

/// A valid geometry in place of another.
pub const ST_MAKEVALID: SpatialFunction = SpatialFunction {
    name: "st_makevalid",
    aliases: &[],
    about: "Returns a valid geometry of the same points, lines and rings; a valid one stays as it is. Rings are cut where they \
            meet; what lies within an odd number of them is the area, and what bounds no area stays as lines and points, in \
            a collection. Heights are kept, measures are not.",
    example: "SELECT st_astext(st_makevalid('POLYGON((0 0,2 2,2 0,0 2,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| mended(&row.geometry(0)?).map(Some)),
};
