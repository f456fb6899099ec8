//! `st_isring`.

use super::simple::is_simple;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Shape};
use crate::{Error, Result};

/// Whether a line is a ring.
pub const ST_ISRING: SpatialFunction = SpatialFunction {
    name: "st_isring",
    aliases: &[],
    about: "Whether a line ends where it begins and passes no other point twice. False for EMPTY geometries; fails on anything \
            but a single line.",
    example: "SELECT st_isring('LINESTRING(0 0,1 1,1 0,0 0)')",
    arguments: &[Argument::geometry("line", "A line.")],
    returns: Returns::Boolean,
    call: |call| call.booleans(|row| is_ring(&row.geometry(0)?).map(Some)),
};

fn is_ring(geometry: &Geometry) -> Result<bool> {
    match &geometry.shape {
        shape if shape.is_empty() => Ok(false),
        Shape::LineString(coords) => {
            let ends = coords.first().zip(coords.last());
            let is_closed = ends.is_some_and(|(first, last)| (first.x, first.y) == (last.x, last.y));
            Ok(is_closed && is_simple(&geometry.shape))
        }
        _ => Err(Error::ArgumentValue {
            argument: "line",
            expected: "a LineString",
            found: geometry.kind().name().to_owned(),
        }),
    }
}
