//! `st_length_spheroid`.

use super::spheroid::{Spheroid, check_degrees};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Kind;

/// The length of lines on the ellipsoid in metres.
pub const ST_LENGTH_SPHEROID: SpatialFunction = SpatialFunction {
    name: "st_length_spheroid",
    aliases: &[],
    about: "Returns the length of the lines on the ellipsoid of the CRS in m, along heights where there are any; 0 for points, polygons and EMPTY. What PostGIS gives for the length of a geography. \
            Fails when the CRS is unknown or not one of degrees. Geodesics are Karney's (2013).",
    example: "SELECT st_length_spheroid(st_setsrid('LINESTRING(127 37,127.1 37)', 4326))",
    arguments: &[Argument::geometry(
        "geometry",
        "Any geometry in degrees, longitude first.",
    )],
    returns: Returns::Number,
    call: |call| {
        let spheroid = Spheroid::of_call(call)?;
        call.numbers_of_geometry(|geometry| {
            check_degrees(geometry)?;
            let mut sum = 0.0;
            geometry.for_each_simple(&mut |simple| {
                if simple.kind() == Kind::LineString {
                    sum += spheroid.length_m(&simple.coords());
                }
            });
            Ok(Some(sum))
        })
    },
};
