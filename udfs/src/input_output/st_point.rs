//! `st_point`.

use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};

/// A point from its coordinates.
pub const ST_POINT: SpatialFunction = SpatialFunction {
    name: "st_point",
    aliases: &[],
    about: "Returns a point of x (easting or longitude) and y (northing or latitude).",
    example: "SELECT st_point(126.9769, 37.5759, 4326)",
    arguments: &[
        Argument::number("x", "Easting, or longitude in degrees."),
        Argument::number("y", "Northing, or latitude in degrees."),
        Argument::new(
            "srid",
            ArgumentKind::Crs,
            "EPSG code of the coordinates, a constant; without it, or with 0, the CRS stays unknown.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| literals.named_crs(2)),
    call: |call| {
        call.geometries(|row| {
            Ok(Some(Geometry::xy(Shape::Point(Some(Coord::xy(
                row.number(0),
                row.number(1),
            ))))))
        })
    },
};
