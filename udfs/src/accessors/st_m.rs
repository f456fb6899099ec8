//! `st_m`.

use super::point::point;
use crate::function::{Argument, Returns, SpatialFunction};

/// The m of a point.
pub const ST_M: SpatialFunction = SpatialFunction {
    name: "st_m",
    aliases: &[],
    about: "Returns the measure of a point; NULL when it has none. Fails on other geometries.",
    example: "SELECT st_m('POINT ZM (1 2 3 4)')",
    arguments: &[Argument::geometry("point", "A point.")],
    returns: Returns::Number,
    call: |call| {
        call.numbers_of_geometry(|geometry| Ok(point(geometry)?.filter(|_| geometry.dims().has_m).map(|coord| coord.m)))
    },
};
