//! `st_makeline`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Dims, Geometry, Kind, Shape, Wkb};
use crate::{Error, Result};

/// A line through points.
pub const ST_MAKELINE: SpatialFunction = SpatialFunction {
    name: "st_makeline",
    aliases: &[],
    about: "Returns the line through the points of two geometries; one point where lines meet is taken once. \
            Fails on what is neither point nor line, and when only \
            one of them has heights or measures, unless both are points.",
    example: "SELECT st_astext(st_makeline('POINT(1 2)', 'POINT(3 4)'))",
    arguments: &[
        Argument::geometry("start", "A point or a line."),
        Argument::geometry("end", "Another one, in the same CRS."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| line(&row.wkb(0)?, &row.wkb(1)?).map(Some)),
};

fn line(start: &Wkb<'_>, end: &Wkb<'_>) -> Result<Geometry> {
    let is_point = |geometry: &Wkb<'_>| geometry.kind() == Kind::Point;
    let (one, other) = (start.dims(), end.dims());
    if one != other && !(is_point(start) && is_point(end)) {
        return Err(Error::MixedDimensions {
            one: one.name(),
            other: other.name(),
        });
    }
    let mut coords = points(start)?;
    let more = points(end)?;
    let meets = coords
        .last()
        .zip(more.first())
        .is_some_and(|(last, first)| last == first);
    let skipped = usize::from(meets && end.kind() == Kind::LineString);
    coords.extend(more.into_iter().skip(skipped));
    let dims = Dims {
        has_z: one.has_z || other.has_z,
        has_m: one.has_m || other.has_m,
    };
    Ok(Geometry {
        dims,
        shape: Shape::LineString(coords),
    })
}

fn points(geometry: &Wkb<'_>) -> Result<Vec<Coord>> {
    match geometry.kind() {
        Kind::Point => Ok(geometry.point().into_iter().collect()),
        Kind::LineString => Ok(geometry.coords().iter().collect()),
        other => Err(Error::ArgumentValue {
            argument: "geometry",
            expected: "a point or a line",
            found: format!("a {}", other.name()),
        }),
    }
}
