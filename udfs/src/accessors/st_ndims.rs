//! `st_ndims`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The number of numbers in a coordinate.
pub const ST_NDIMS: SpatialFunction = SpatialFunction {
    name: "st_ndims",
    aliases: &["st_coorddim"],
    about: "Returns the number of numbers in a coordinate: 2 for x and y, 3 with height or measure, 4 with both.",
    example: "SELECT st_ndims('POINT Z (1 2 3)')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Integer,
    call: |call| call.integers(|row| Ok(i64::try_from(row.wkb(0)?.dims().size()).ok())),
};
