//! `st_force2d`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Dims, Geometry};

/// The geometry without heights and measures.
pub const ST_FORCE2D: SpatialFunction = SpatialFunction {
    name: "st_force2d",
    aliases: &[],
    about: "Returns the geometry with x and y only.",
    example: "SELECT st_astext(st_force2d('POINT Z (1 2 3)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(planar(row.geometry(0)?)))),
};

/// The geometry with x and y only.
pub fn planar(geometry: Geometry) -> Geometry {
    Geometry {
        dims: Dims::XY,
        ..geometry.map(|coord| Coord::xy(coord.x, coord.y))
    }
}
