//! `st_linelocatepoint`.

use super::along::check_line;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Kind, Wkb};
use crate::measures::edge::{Edge, Nearest, squared_distance};
use crate::{Error, Result};

/// How far along a line a point lies.
pub const ST_LINELOCATEPOINT: SpatialFunction = SpatialFunction {
    name: "st_linelocatepoint",
    aliases: &[],
    about: "Returns the fraction, from 0 to 1, of the length of a line at which it comes nearest to a point; 0 where either is EMPTY. Fails on what is no line or no point.",
    example: "SELECT st_linelocatepoint('LINESTRING(0 0,10 0)', 'POINT(3 1)')",
    arguments: &[
        Argument::geometry("line", "A line."),
        Argument::geometry("point", "A point, in the same CRS."),
    ],
    returns: Returns::Number,
    call: |call| call.numbers(|row| fraction(&row.wkb(0)?, &row.wkb(1)?)),
};

/// The fraction of a line at which it is nearest to a point.
///
/// # Errors
///
/// [`Error::ArgumentValue`] for what is no line or no point.
pub fn fraction(line: &Wkb<'_>, point: &Wkb<'_>) -> Result<Option<f64>> {
    check_line(line)?;
    if point.kind() != Kind::Point {
        return Err(Error::ArgumentValue {
            argument: "point",
            expected: "a point",
            found: format!("a {}", point.kind().name()),
        });
    }
    let Some(point) = point.point() else {
        return Ok(Some(0.0));
    };
    if line.is_empty() {
        return Ok(Some(0.0));
    }
    let coords: Vec<(f64, f64)> = line.coords().iter_xy().collect();
    let mut passed = 0.0;
    let mut best: Option<(Nearest, f64)> = None;
    for ends in coords.windows(2) {
        let (start, end) = (ends[0], ends[1]);
        let nearest = Edge { start, end }.nearest_to((point.x, point.y));
        if best.is_none_or(|(best, _)| nearest.squared < best.squared) {
            best = Some((nearest, passed + squared_distance(start, nearest.other).sqrt()));
        }
        passed += squared_distance(start, end).sqrt();
    }
    if passed == 0.0 {
        return Ok(Some(1.0));
    }
    Ok(best.map(|(_, along)| (along / passed).clamp(0.0, 1.0)))
}
