//! `st_translate`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Coord;

/// The geometry moved.
pub const ST_TRANSLATE: SpatialFunction = SpatialFunction {
    name: "st_translate",
    aliases: &[],
    about: "Returns the geometry moved by so much in x, y and, where it has heights, z.",
    example: "SELECT st_astext(st_translate('POINT(1 2)', 10, 20))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number("dx", "Units of the CRS."),
        Argument::number("dy", "Units of the CRS."),
        Argument::number("dz", "Units of the heights; 0 without it.").optional(),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let has_z = row.wkb(0)?.dims().has_z;
            let (dx, dy, dz) = (row.number(1), row.number(2), if has_z { row.number(3) } else { 0.0 });
            Ok(Some(row.geometry(0)?.map(|coord| Coord {
                x: coord.x + dx,
                y: coord.y + dy,
                z: coord.z + dz,
                m: coord.m,
            })))
        })
    },
};
