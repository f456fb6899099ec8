//! `st_perimeter_spheroid`.

use super::spheroid::{Spheroid, check_degrees};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Kind;

/// The length of the borders of areas on the ellipsoid in metres.
pub const ST_PERIMETER_SPHEROID: SpatialFunction = SpatialFunction {
    name: "st_perimeter_spheroid",
    aliases: &[],
    about: "Returns the length of the borders of polygons on the ellipsoid of the CRS in m, along heights where there are any; 0 for points, lines and EMPTY. What PostGIS gives for the perimeter of a geography. \
            Fails when the CRS is unknown or not one of degrees. Geodesics are Karney's (2013).",
    example: "SELECT pnu, st_perimeter_spheroid(geometry) FROM parcel",
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
                if simple.kind() == Kind::Polygon {
                    sum += simple.rings().map(|ring| spheroid.length_m(&ring)).sum::<f64>();
                }
            });
            Ok(Some(sum))
        })
    },
};
