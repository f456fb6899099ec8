//! `st_scale`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Coord;

/// The geometry made larger or smaller.
pub const ST_SCALE: SpatialFunction = SpatialFunction {
    name: "st_scale",
    aliases: &[],
    about: "Returns the geometry with its coordinates multiplied by a factor each; heights too where a third is given. Measures stay.",
    example: "SELECT st_astext(st_scale('POINT(1 2)', 10, 20))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number("x_factor", "A factor."),
        Argument::number("y_factor", "A factor."),
        Argument::number("z_factor", "A factor; 1 without it.").optional(),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let (x_factor, y_factor) = (row.number(1), row.number(2));
            let z_factor = if row.is_given(3) { row.number(3) } else { 1.0 };
            Ok(Some(row.geometry(0)?.map(|coord| Coord {
                x: coord.x * x_factor,
                y: coord.y * y_factor,
                z: coord.z * z_factor,
                m: coord.m,
            })))
        })
    },
};
