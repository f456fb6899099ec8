//! `st_xmax`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The largest x of a geometry.
pub const ST_XMAX: SpatialFunction = SpatialFunction {
    name: "st_xmax",
    aliases: &[],
    about: "Returns the largest x of all coordinates; NULL for EMPTY.",
    example: "SELECT st_xmax(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(geometry.bounds().map(|bounds| bounds.xmax))),
};
