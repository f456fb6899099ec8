//! `st_ymax`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The largest y of a geometry.
pub const ST_YMAX: SpatialFunction = SpatialFunction {
    name: "st_ymax",
    aliases: &[],
    about: "Returns the largest y of all coordinates; NULL for EMPTY.",
    example: "SELECT st_ymax(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(geometry.bounds().map(|bounds| bounds.ymax))),
};
