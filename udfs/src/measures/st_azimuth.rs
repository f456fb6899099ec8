//! `st_azimuth`.

use super::edge::Xy;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Kind, Wkb};
use crate::{Error, Result};

/// The direction from a point to another, in radians from north.
pub const ST_AZIMUTH: SpatialFunction = SpatialFunction {
    name: "st_azimuth",
    aliases: &[],
    about: "Returns the direction from a point to another on the plane of the CRS, in radians clockwise from north (up), \
            from 0 to below 2π; NULL when they are the same. Fails on EMPTY and on what is no point.",
    example: "SELECT degrees(st_azimuth('POINT(0 0)', 'POINT(1 1)'))",
    arguments: &[
        Argument::geometry("origin", "A point."),
        Argument::geometry("target", "Another point, in the same CRS."),
    ],
    returns: Returns::Number,
    call: |call| call.numbers(|row| Ok(azimuth(point(&row.wkb(0)?, "origin")?, point(&row.wkb(1)?, "target")?))),
};

/// The direction from one point to another, in radians clockwise from north; `None` when they are the same.
pub fn azimuth(from: Xy, to: Xy) -> Option<f64> {
    if from == to {
        return None;
    }
    let angle = (to.0 - from.0).atan2(to.1 - from.1);
    Some(if angle < 0.0 {
        angle + std::f64::consts::TAU
    } else {
        angle
    })
}

/// x and y of a point.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when it is EMPTY or no point.
pub fn point(geometry: &Wkb<'_>, argument: &'static str) -> Result<Xy> {
    let wrong = |found: String| Error::ArgumentValue {
        argument,
        expected: "a point",
        found,
    };
    if geometry.kind() != Kind::Point {
        return Err(wrong(format!("a {}", geometry.kind().name())));
    }
    geometry
        .point()
        .map(|coord| (coord.x, coord.y))
        .ok_or_else(|| wrong("POINT EMPTY".to_owned()))
}
