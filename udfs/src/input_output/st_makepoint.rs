//! `st_makepoint`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Dims, Geometry, Shape};

/// A point from its coordinates, with height and measure.
pub const ST_MAKEPOINT: SpatialFunction = SpatialFunction {
    name: "st_makepoint",
    aliases: &[],
    about: "Returns a point of x, y and, where given, height and measure, in no known CRS: `st_point` takes one.",
    example: "SELECT st_astext(st_makepoint(1, 2, 3))",
    arguments: &[
        Argument::number("x", "Easting, or longitude in degrees."),
        Argument::number("y", "Northing, or latitude in degrees."),
        Argument::number("z", "Height.").optional(),
        Argument::number("m", "Measure.").optional(),
    ],
    returns: Returns::Geometry,
    call: |call| {
        let dims = Dims {
            has_z: call.n_arguments() > 2,
            has_m: call.n_arguments() > 3,
        };
        call.geometries(|row| {
            let [x, y, z, m] = [0, 1, 2, 3].map(|argument| row.number(argument));
            Ok(Some(Geometry {
                dims,
                shape: Shape::Point(Some(Coord { x, y, z, m })),
            }))
        })
    },
};
