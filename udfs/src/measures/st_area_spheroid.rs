//! `st_area_spheroid`.

use super::spheroid::{Spheroid, check_degrees};
use crate::function::{Argument, Returns, SpatialFunction};

/// The area on the ellipsoid in square metres.
pub const ST_AREA_SPHEROID: SpatialFunction = SpatialFunction {
    name: "st_area_spheroid",
    aliases: &[],
    about: "Returns the area on the ellipsoid of the CRS in m2; 0 for points, lines and EMPTY. What PostGIS gives for the area of a geography. \
            Fails when the CRS is unknown or not one of degrees. Geodesics are Karney's (2013).",
    example: "SELECT pnu, st_area_spheroid(geometry) FROM parcel",
    arguments: &[Argument::geometry(
        "geometry",
        "Any geometry in degrees, longitude first.",
    )],
    returns: Returns::Number,
    call: |call| {
        let spheroid = Spheroid::of_call(call)?;
        call.numbers_of_geometry(|geometry| {
            check_degrees(geometry)?;
            Ok(Some(spheroid.area_m2(geometry)))
        })
    },
};
