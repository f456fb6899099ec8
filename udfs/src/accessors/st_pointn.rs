//! `st_pointn`.

use super::line_point::line_point;
use crate::function::{Argument, Returns, SpatialFunction};

/// One point of a line.
pub const ST_POINTN: SpatialFunction = SpatialFunction {
    name: "st_pointn",
    aliases: &[],
    about: "Returns one point of a line, counted from 1, or backwards from -1; NULL when there is no such point, and for \
            geometries that are no single line.",
    example: "SELECT st_astext(st_pointn('LINESTRING(1 2,3 4)', -1))",
    arguments: &[
        Argument::geometry("line", "A line."),
        Argument::integer("n", "The point's number, from 1, or from -1 backwards."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(line_point(&row.wkb(0)?, row.integer(1)))),
};
