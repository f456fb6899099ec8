//! `st_linesubstring`.

use super::along::{check_fraction, length, part};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};
use crate::{Error, Result};

/// A part of a line.
pub const ST_LINESUBSTRING: SpatialFunction = SpatialFunction {
    name: "st_linesubstring",
    aliases: &[],
    about: "Returns the part of a line between two fractions of its length, of the lines of a multi-line the parts that lie between them; a point where the fractions are the same. Z and M are interpolated. NULL for an EMPTY line.",
    example: "SELECT st_astext(st_linesubstring('LINESTRING(0 0,10 0)', 0.2, 0.7))",
    arguments: &[
        Argument::geometry("line", "A line or lines."),
        Argument::number("start", "From 0 to 1."),
        Argument::number("end", "From the start to 1."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| substring(row.geometry(0)?, row.number(1), row.number(2))),
};

/// The part of a line, or of lines one after the other; `None` when they are EMPTY.
///
/// # Errors
///
/// [`Error::ArgumentValue`] for what is no line, and for fractions that are none or in the wrong order.
pub fn substring(line: Geometry, start: f64, end: f64) -> Result<Option<Geometry>> {
    check_fraction("start", start)?;
    check_fraction("end", end)?;
    if start > end {
        return Err(Error::ArgumentValue {
            argument: "end",
            expected: "at or after the start",
            found: format!("{end} after {start}"),
        });
    }
    let dims = line.dims;
    if line.is_empty() && matches!(line.shape, Shape::LineString(_) | Shape::MultiLineString(_)) {
        return Ok(None);
    }
    let shape = match line.shape {
        Shape::LineString(coords) => shape(part(&coords, start, end)),
        Shape::MultiLineString(lines) => of_lines(&lines, start, end),
        other => {
            return Err(Error::ArgumentValue {
                argument: "line",
                expected: "a line",
                found: format!("a {}", other.kind().name()),
            });
        }
    };
    Ok(Some(Geometry { dims, shape }))
}

fn shape(mut coords: Vec<Coord>) -> Shape {
    if coords.len() == 1 {
        return Shape::Point(coords.pop());
    }
    Shape::LineString(coords)
}

fn of_lines(lines: &[Vec<Coord>], start: f64, end: f64) -> Shape {
    let total: f64 = lines.iter().map(|line| length(line)).sum();
    let (from, to) = (start * total, end * total);
    let mut passed = 0.0;
    let mut parts = Vec::new();
    for line in lines {
        let length = length(line);
        let (low, high) = (from - passed, to - passed);
        passed += length;
        if length > 0.0 && low <= length && high >= 0.0 {
            parts.push(part(
                line,
                (low / length).clamp(0.0, 1.0),
                (high / length).clamp(0.0, 1.0),
            ));
        }
    }
    if parts.iter().all(|part| part.len() > 1) {
        return Shape::MultiLineString(parts);
    }
    Shape::GeometryCollection(parts.into_iter().map(shape).collect())
}
