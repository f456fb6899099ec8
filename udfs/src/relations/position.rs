//! Where a point lies to a polygon.

use std::ops::ControlFlow;

use robust::{Coord, orient2d};

use crate::geometry::{Coords, Wkb};

/// Inside, on the border or outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Within the area.
    Inside,
    /// On a ring.
    Border,
    /// Neither.
    Outside,
}

/// Where a point lies to a polygon with its holes.
pub fn in_polygon(point: (f64, f64), polygon: &Wkb<'_>) -> Position {
    let mut rings = polygon.rings();
    let Some(shell) = rings.next() else {
        return Position::Outside;
    };
    match in_ring(point, &shell) {
        Position::Inside => {}
        other => return other,
    }
    for hole in rings {
        match in_ring(point, &hole) {
            Position::Inside => return Position::Outside,
            Position::Border => return Position::Border,
            Position::Outside => {}
        }
    }
    Position::Inside
}

/// Where a point lies to a closed ring.
///
/// # Source
///
/// The crossings of a ray to the right, counted on half-open edges; which side of an edge the point is on is decided by
/// Shewchuk's exact orientation test.
pub fn in_ring(point: (f64, f64), ring: &Coords<'_>) -> Position {
    let mut crossings = Crossings::new(point);
    // The first edge leads from the first coordinate to itself: a point.
    let Some(mut start) = ring.xy(0) else {
        return Position::Outside;
    };
    let meets = ring.try_for_each_xy(|x, y| {
        let is_on_edge = crossings.add_edge(start, (x, y));
        start = (x, y);
        if is_on_edge {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    if meets.is_break() {
        return Position::Border;
    }
    crossings.position()
}

/// The edges that a ray from a point to the right crosses, so far.
#[derive(Clone, Copy, Debug)]
pub struct Crossings {
    point: (f64, f64),
    is_odd: bool,
}

impl Crossings {
    /// No edges yet.
    pub fn new(point: (f64, f64)) -> Self {
        Self { point, is_odd: false }
    }

    /// Takes an edge in; true when the point lies on it.
    #[inline]
    pub fn add_edge(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> bool {
        let (x, y) = self.point;
        if (y1 < y && y2 < y) || (y1 > y && y2 > y) || (x1 < x && x2 < x) {
            return false;
        }
        #[expect(clippy::float_cmp, reason = "a point on a horizontal edge has its very y")]
        if y1 == y && y2 == y {
            return x >= x1.min(x2) && x <= x1.max(x2);
        }
        let is_straddling = (y1 > y) != (y2 > y);
        if x1 > x && x2 > x {
            self.is_odd ^= is_straddling;
            return false;
        }
        let side = side_of((x1, y1), (x2, y2), (x, y));
        if side == 0.0 {
            return true;
        }
        // To the left of an upward edge, or to the right of a downward one, the ray crosses it.
        self.is_odd ^= is_straddling && ((side > 0.0) == (y2 > y1));
        false
    }

    /// Where the point lies when all edges were taken in and none has it on it.
    pub fn position(&self) -> Position {
        if self.is_odd {
            Position::Inside
        } else {
            Position::Outside
        }
    }
}

/// Above 0 when `point` lies to the left of the way from `start` to `end`, below 0 to the right, 0 in line with both: exact.
#[inline]
pub fn side_of(start: (f64, f64), end: (f64, f64), point: (f64, f64)) -> f64 {
    let coord = |(x, y): (f64, f64)| Coord { x, y };
    orient2d(coord(start), coord(end), coord(point))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::geometry::Geometry;

    fn check(text: &str, point: (f64, f64), expected: Position) {
        let bytes = Geometry::from_wkt(text).unwrap().0.to_wkb();
        assert_eq!(
            in_polygon(point, &Wkb::read(&bytes).unwrap()),
            expected,
            "{point:?} in {text}"
        );
    }

    #[test]
    fn points_lie_inside_on_the_border_or_outside() {
        let square = "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1))";
        check(square, (3.0, 3.0), Position::Inside);
        check(square, (1.5, 1.5), Position::Outside);
        check(square, (1.0, 1.5), Position::Border);
        check(square, (1.0, 1.0), Position::Border);
        check(square, (0.0, 0.0), Position::Border);
        check(square, (4.0, 2.0), Position::Border);
        check(square, (2.0, 4.0), Position::Border);
        check(square, (5.0, 4.0), Position::Outside);
        check(square, (-1.0, 0.0), Position::Outside);
        check(square, (0.5, 2.0), Position::Inside);
        // Rays through corners.
        check("POLYGON((0 0,2 2,4 0,2 -2,0 0))", (1.0, 0.0), Position::Inside);
        check("POLYGON((0 0,2 2,4 0,2 -2,0 0))", (-1.0, 0.0), Position::Outside);
        check("POLYGON((0 0,2 2,4 0,2 -2,0 0))", (0.0, 2.0), Position::Outside);
        check("POLYGON EMPTY", (0.0, 0.0), Position::Outside);
    }
}
