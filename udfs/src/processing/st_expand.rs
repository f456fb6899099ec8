//! `st_expand`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};

/// The bounds of a geometry, grown.
pub const ST_EXPAND: SpatialFunction = SpatialFunction {
    name: "st_expand",
    aliases: &[],
    about: "Returns the bounds of the geometry as a rectangle, grown on every side: by one distance in all its dimensions, or by one in x and one in y. EMPTY stays EMPTY.",
    example: "SELECT st_astext(st_expand('POINT(1 2)', 1))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number("distance", "Units of the CRS; in x where y is given too."),
        Argument::number("dy", "Units of the CRS.").optional(),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let dx = row.number(1);
            let by = if row.is_given(2) {
                Coord::xy(dx, row.number(2))
            } else {
                Coord {
                    x: dx,
                    y: dx,
                    z: dx,
                    m: dx,
                }
            };
            Ok(Some(expanded(row.geometry(0)?, by)))
        })
    },
};

/// The bounds as a rectangle, grown on every side; its height and measure rise from the lower side to the upper.
pub fn expanded(geometry: Geometry, by: Coord) -> Geometry {
    let mut corners: Option<(Coord, Coord)> = None;
    geometry.shape.for_each(&mut |coord| {
        let (low, high) = corners.unwrap_or((*coord, *coord));
        corners = Some((each(low, *coord, f64::min), each(high, *coord, f64::max)));
    });
    let Some((low, high)) = corners else {
        return geometry;
    };
    let low = each(low, by, |value, by| value - by);
    let high = each(high, by, |value, by| value + by);
    let ring = vec![low, Coord { y: high.y, ..low }, high, Coord { y: low.y, ..high }, low];
    Geometry {
        shape: Shape::Polygon(vec![ring]),
        ..geometry
    }
}

fn each(one: Coord, other: Coord, change: impl Fn(f64, f64) -> f64) -> Coord {
    Coord {
        x: change(one.x, other.x),
        y: change(one.y, other.y),
        z: change(one.z, other.z),
        m: change(one.m, other.m),
    }
}
