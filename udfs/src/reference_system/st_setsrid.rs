//! `st_setsrid`.

use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};

/// The same geometry in another coordinate system, coordinates unchanged.
pub const ST_SETSRID: SpatialFunction = SpatialFunction {
    name: "st_setsrid",
    aliases: &[],
    about: "Says in which CRS the coordinates are, without changing them; `st_transform` changes them. 0 makes the CRS unknown.",
    example: "SELECT st_setsrid('POINT(200000 500000)', 5186)",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::new("srid", ArgumentKind::Crs, "EPSG code, a constant."),
    ],
    returns: Returns::GeometryIn(|literals| literals.named_crs(1)),
    call: |call| call.geometries(|row| row.geometry(0).map(Some)),
};
