//! `st_angle`.

use super::edge::Xy;
use super::st_azimuth::{azimuth, point};
use crate::Result;
use crate::function::{Argument, Returns, Row, SpatialFunction};
use crate::geometry::{Kind, Wkb};

/// The angle between two directions, in radians.
pub const ST_ANGLE: SpatialFunction = SpatialFunction {
    name: "st_angle",
    aliases: &[],
    about: "Returns the clockwise angle between two directions in radians, from 0 to below 2π: of three points, from \
            point 2 to point 1 and from point 2 to point 3; of four points, from 1 to 2 and from 3 to 4; of two lines, each \
            from its first to its last vertex. NULL where a direction has no length, and of two \
            that are not both lines.",
    example: "SELECT degrees(st_angle('POINT(0 1)', 'POINT(0 0)', 'POINT(1 0)'))",
    arguments: &[
        Argument::geometry("one", "A point or a line."),
        Argument::geometry("two", "A point or a line, as the first."),
        Argument::geometry("three", "A point.").optional(),
        Argument::geometry("four", "A point.").optional(),
    ],
    returns: Returns::Number,
    call: |call| call.numbers(|row| angle(&row)),
};

fn angle(row: &Row<'_>) -> Result<Option<f64>> {
    const NAMES: [&str; 4] = ["one", "two", "three", "four"];
    let nth = |idx: usize| point(&row.wkb(idx)?, NAMES[idx]);
    let directions = if row.is_given(3) {
        Some(((nth(0)?, nth(1)?), (nth(2)?, nth(3)?)))
    } else if row.is_given(2) {
        let corner = nth(1)?;
        Some(((corner, nth(0)?), (corner, nth(2)?)))
    } else {
        ends(&row.wkb(0)?).zip(ends(&row.wkb(1)?))
    };
    let Some((one, other)) = directions else {
        return Ok(None);
    };
    let azimuths = azimuth(one.0, one.1).zip(azimuth(other.0, other.1));
    Ok(azimuths.map(|(one, other)| {
        let angle = other - one;
        if angle < 0.0 {
            angle + std::f64::consts::TAU
        } else {
            angle
        }
    }))
}

/// The first and the last vertex of a line; `None` of anything else and of EMPTY.
fn ends(line: &Wkb<'_>) -> Option<(Xy, Xy)> {
    if line.kind() != Kind::LineString {
        return None;
    }
    let coords = line.coords();
    coords.xy(0).zip(coords.xy(coords.len().wrapping_sub(1)))
}
