//! `st_lineinterpolatepoint`.

use super::along::{check_fraction, check_line, part};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Shape};

/// The point at a fraction of a line.
pub const ST_LINEINTERPOLATEPOINT: SpatialFunction = SpatialFunction {
    name: "st_lineinterpolatepoint",
    aliases: &[],
    about: "Returns the point at a fraction of the length of a line, with Z and M interpolated. POINT EMPTY for an EMPTY line; fails on what is no line, and on a fraction that is not from 0 to 1.",
    example: "SELECT st_astext(st_lineinterpolatepoint('LINESTRING(0 0,10 0)', 0.3))",
    arguments: &[
        Argument::geometry("line", "A line."),
        Argument::number("fraction", "From 0, the start, to 1, the end."),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let fraction = row.number(1);
            check_fraction("fraction", fraction)?;
            check_line(&row.wkb(0)?)?;
            Ok(Some(point_at(&row.geometry(0)?, fraction)))
        })
    },
};

/// The point at a fraction of a line.
pub fn point_at(line: &Geometry, fraction: f64) -> Geometry {
    let point = match &line.shape {
        Shape::LineString(coords) => part(coords, fraction, fraction).first().copied(),
        _ => None,
    };
    Geometry {
        shape: Shape::Point(point),
        ..line.clone()
    }
}
