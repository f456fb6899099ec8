//! `st_xmin`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The smallest x of a geometry.
pub const ST_XMIN: SpatialFunction = SpatialFunction {
    name: "st_xmin",
    aliases: &[],
    about: "Returns the smallest x of all coordinates; NULL for EMPTY.",
    example: "SELECT st_xmin(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(geometry.bounds().map(|bounds| bounds.xmin))),
};
