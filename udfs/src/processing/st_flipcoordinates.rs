//! `st_flipcoordinates`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Coord;

/// The geometry with x and y exchanged.
pub const ST_FLIPCOORDINATES: SpatialFunction = SpatialFunction {
    name: "st_flipcoordinates",
    aliases: &[],
    about: "Returns the geometry with x and y exchanged, for data with the axes in the wrong order. Z and M are kept.",
    example: "SELECT st_astext(st_flipcoordinates('POINT(37 127)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(row.geometry(0)?.map(flipped)))),
};

fn flipped(coord: Coord) -> Coord {
    Coord {
        x: coord.y,
        y: coord.x,
        ..coord
    }
}
