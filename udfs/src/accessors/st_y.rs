//! `st_y`.

use super::point::point;
use crate::function::{Argument, Returns, SpatialFunction};

/// The y of a point.
pub const ST_Y: SpatialFunction = SpatialFunction {
    name: "st_y",
    aliases: &[],
    about: "Returns y (northing or latitude) of a point; NULL for `POINT EMPTY`. Fails on other geometries.",
    example: "SELECT st_y('POINT(1 2)')",
    arguments: &[Argument::geometry("point", "A point.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(point(geometry)?.map(|coord| coord.y))),
};
