//! `st_distance_spheroid`.

use super::nearest_on_sphere::nearest_on_sphere;
use super::spheroid::{Spheroid, check_degrees};
use crate::function::{Argument, Returns, SpatialFunction};

/// The smallest distance of two geometries on the ellipsoid in metres.
pub const ST_DISTANCE_SPHEROID: SpatialFunction = SpatialFunction {
    name: "st_distance_spheroid",
    aliases: &["st_distancespheroid"],
    about: "Returns the smallest distance of two geometries on the ellipsoid of the CRS in m; 0 where they intersect, NULL when one is EMPTY. Which places are nearest is told on a sphere, as in PostGIS; every edge is compared with every other. \
            Fails when the CRS is unknown or not one of degrees. Geodesics are Karney's (2013).",
    example: "SELECT st_distance_spheroid(st_setsrid('POINT(127 37)', 4326), 'POINT(127.1 37)')",
    arguments: &[
        Argument::geometry("geometry", "Any geometry in degrees, longitude first."),
        Argument::geometry("other", "Another one, in the same CRS."),
    ],
    returns: Returns::Number,
    call: |call| {
        let spheroid = Spheroid::of_call(call)?;
        call.numbers(|row| {
            let (one, other) = (row.wkb(0)?, row.wkb(1)?);
            check_degrees(&one)?;
            check_degrees(&other)?;
            Ok(nearest_on_sphere(&one, &other).map(|(one, other)| spheroid.distance_m(one, other)))
        })
    },
};
