//! `st_x`.

use super::point::point;
use crate::function::{Argument, Returns, SpatialFunction};

/// The x of a point.
pub const ST_X: SpatialFunction = SpatialFunction {
    name: "st_x",
    aliases: &[],
    about: "Returns x (easting or longitude) of a point; NULL for `POINT EMPTY`. Fails on other geometries.",
    example: "SELECT st_x('POINT(1 2)')",
    arguments: &[Argument::geometry("point", "A point.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(point(geometry)?.map(|coord| coord.x))),
};
