//! `st_ymin`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The smallest y of a geometry.
pub const ST_YMIN: SpatialFunction = SpatialFunction {
    name: "st_ymin",
    aliases: &[],
    about: "Returns the smallest y of all coordinates; NULL for EMPTY.",
    example: "SELECT st_ymin(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(geometry.bounds().map(|bounds| bounds.ymin))),
};
