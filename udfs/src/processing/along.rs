//! Places along a line.

use crate::geometry::{Coord, Kind, Wkb};
use crate::{Error, Result};

/// The point at a fraction of the way from one to another, with Z and M.
pub fn between(start: Coord, end: Coord, fraction: f64) -> Coord {
    let at = |start: f64, end: f64| start + (end - start) * fraction;
    Coord {
        x: at(start.x, end.x),
        y: at(start.y, end.y),
        z: at(start.z, end.z),
        m: at(start.m, end.m),
    }
}

/// The length of an edge on the plane.
pub fn edge_length(start: Coord, end: Coord) -> f64 {
    (end.x - start.x).hypot(end.y - start.y)
}

/// The length of a line on the plane.
pub fn length(coords: &[Coord]) -> f64 {
    coords.windows(2).map(|ends| edge_length(ends[0], ends[1])).sum()
}

/// The part of a line between two fractions of its length; one point where they are the same or the line has no length.
pub fn part(coords: &[Coord], from: f64, to: f64) -> Vec<Coord> {
    let total = length(coords);
    let (from, to) = (from * total, to * total);
    let mut passed = 0.0;
    let mut part: Vec<Coord> = Vec::new();
    let mut add = |coord: Coord| {
        if part.last() != Some(&coord) {
            part.push(coord);
        }
    };
    for ends in coords.windows(2) {
        let (start, end) = (ends[0], ends[1]);
        let length = edge_length(start, end);
        let (low, high) = (from - passed, to - passed);
        passed += length;
        if length <= 0.0 || low > length {
            continue;
        }
        if high < 0.0 {
            break;
        }
        add(place(start, end, low / length));
        add(place(start, end, high / length));
    }
    if part.is_empty() {
        // Rounding may leave the end of the line behind the sum of its edges.
        part.extend(coords.last());
    }
    part
}

fn place(start: Coord, end: Coord, fraction: f64) -> Coord {
    if fraction <= 0.0 {
        return start;
    }
    if fraction >= 1.0 {
        return end;
    }
    between(start, end, fraction)
}

/// Checks that a geometry is a line.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when it is none.
pub fn check_line(geometry: &Wkb<'_>) -> Result<()> {
    if geometry.kind() == Kind::LineString {
        return Ok(());
    }
    Err(Error::ArgumentValue {
        argument: "line",
        expected: "a line",
        found: format!("a {}", geometry.kind().name()),
    })
}

/// Checks that a number is a fraction.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when it is not from 0 to 1.
pub fn check_fraction(argument: &'static str, fraction: f64) -> Result<()> {
    if (0.0..=1.0).contains(&fraction) {
        return Ok(());
    }
    Err(Error::ArgumentValue {
        argument,
        expected: "from 0 to 1",
        found: fraction.to_string(),
    })
}
