//! `st_z`.

use super::point::point;
use crate::function::{Argument, Returns, SpatialFunction};

/// The z of a point.
pub const ST_Z: SpatialFunction = SpatialFunction {
    name: "st_z",
    aliases: &[],
    about: "Returns the height of a point; NULL when it has none. Fails on other geometries.",
    example: "SELECT st_z('POINT ZM (1 2 3 4)')",
    arguments: &[Argument::geometry("point", "A point.")],
    returns: Returns::Number,
    call: |call| {
        call.numbers_of_geometry(|geometry| Ok(point(geometry)?.filter(|_| geometry.dims().has_z).map(|coord| coord.z)))
    },
};
