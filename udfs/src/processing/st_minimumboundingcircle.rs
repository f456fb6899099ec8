//! `st_minimumboundingcircle`.

use std::f64::consts::TAU;

use super::convex_hull;
use crate::function::{Argument, Returns, Row, SpatialFunction};
use crate::geometry::{Coord, Geometry, Kind, Shape};
use crate::{Error, Result};

const DEFAULT_SEGMENTS: i64 = 48;
/// More than anybody can see, and less than what would fill the memory.
const MOST_SEGMENTS: i64 = 100_000;
/// How far outside a circle a point may be to count as on it, as a share of the radius.
const ROUNDING: f64 = 1e-12;

/// The smallest circle around a geometry.
pub const ST_MINIMUMBOUNDINGCIRCLE: SpatialFunction = SpatialFunction {
    name: "st_minimumboundingcircle",
    aliases: &[],
    about: "Returns the smallest circle that holds the geometry, as a polygon around it; a point when all points are one, POLYGON \
            EMPTY for EMPTY. Heights and measures are dropped. Fails on NaN and infinite coordinates.",
    example: "SELECT pnu, st_area(st_transform(geometry, 5186)) / st_area(st_minimumboundingcircle(st_transform(geometry, 5186))) \
              AS roundness FROM parcel LIMIT 5",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::integer(
            "segs_per_quarter",
            "Edges in a quarter of the circle; 48 when left out.",
        )
        .optional(),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| bounding_circle(&row).map(Some)),
};

fn bounding_circle(row: &Row<'_>) -> Result<Geometry> {
    let n_segments = if row.is_given(1) {
        row.integer(1)
    } else {
        DEFAULT_SEGMENTS
    };
    if !(1..=MOST_SEGMENTS).contains(&n_segments) {
        return Err(Error::ArgumentValue {
            argument: "segs_per_quarter",
            expected: "between 1 and 100000",
            found: n_segments.to_string(),
        });
    }
    let mut points = Vec::new();
    let geometry = row.geometry(0)?.try_map(|coord| {
        if !(coord.x.is_finite() && coord.y.is_finite()) {
            return Err(Error::NotFinite { x: coord.x, y: coord.y });
        }
        points.push(coord);
        Ok(coord)
    })?;
    if geometry.is_empty() {
        return Ok(Geometry::xy(Shape::empty(Kind::Polygon)));
    }
    let circle = smallest_circle(&convex_hull(points));
    Ok(Geometry::xy(if circle.radius == 0.0 {
        Shape::Point(Some(Coord::xy(circle.x, circle.y)))
    } else {
        Shape::Polygon(vec![circle.outline(n_segments)])
    }))
}

#[derive(Clone, Copy, Debug)]
struct Circle {
    x: f64,
    y: f64,
    radius: f64,
}

impl Circle {
    fn around(one: Coord, other: Coord) -> Self {
        let (x, y) = (one.x.midpoint(other.x), one.y.midpoint(other.y));
        Self {
            x,
            y,
            radius: (one.x - x).hypot(one.y - y).max((other.x - x).hypot(other.y - y)),
        }
    }

    /// Through three corners of a hull, which are not in line.
    fn through(one: Coord, other: Coord, third: Coord) -> Self {
        let (bx, by, cx, cy) = (other.x - one.x, other.y - one.y, third.x - one.x, third.y - one.y);
        let twice_area = 2.0 * (bx * cy - by * cx);
        let (b_squared, c_squared) = (bx * bx + by * by, cx * cx + cy * cy);
        let dx = (cy * b_squared - by * c_squared) / twice_area;
        let dy = (bx * c_squared - cx * b_squared) / twice_area;
        Self {
            x: one.x + dx,
            y: one.y + dy,
            radius: dx.hypot(dy),
        }
    }

    fn holds(&self, point: Coord) -> bool {
        (point.x - self.x).hypot(point.y - self.y) <= self.radius * (1.0 + ROUNDING)
    }

    /// A ring whose edges touch the circle from outside, clockwise from the top.
    fn outline(&self, n_segments: i64) -> Vec<Coord> {
        #[expect(clippy::cast_precision_loss, reason = "at most four hundred thousand")]
        let step = TAU / (4 * n_segments) as f64;
        let radius = self.radius / (step / 2.0).cos();
        let mut ring: Vec<Coord> = (0..4 * n_segments)
            .map(|idx| {
                #[expect(clippy::cast_precision_loss, reason = "at most four hundred thousand")]
                let (sin, cos) = (step * idx as f64).sin_cos();
                Coord::xy(self.x + radius * sin, self.y + radius * cos)
            })
            .collect();
        ring.extend(ring.first().copied());
        ring
    }
}

/// The smallest circle around the corners of a hull.
///
/// # Source
///
/// E. Welzl, "Smallest enclosing disks (balls and ellipsoids)", 1991, with loops in place of recursion. Corners come in an order
/// that is far from that of the hull, which stands for a random one.
fn smallest_circle(hull: &[Coord]) -> Circle {
    let points = scattered(hull);
    let start = points[0];
    let mut circle = Circle::around(start, start);
    for (i, one) in points.iter().enumerate() {
        if circle.holds(*one) {
            continue;
        }
        circle = Circle::around(*one, *one);
        for (j, other) in points[..i].iter().enumerate() {
            if circle.holds(*other) {
                continue;
            }
            circle = Circle::around(*one, *other);
            for third in &points[..j] {
                if !circle.holds(*third) {
                    circle = Circle::through(*one, *other, *third);
                }
            }
        }
    }
    circle
}

/// The same points, of which neighbours come far apart.
fn scattered(points: &[Coord]) -> Vec<Coord> {
    /// A prime, so that it steps through every place of a list that is no multiple of it.
    const STEP: usize = 1_000_003;
    let n_points = points.len();
    let step = if n_points.is_multiple_of(STEP) { 1 } else { STEP };
    (0..n_points)
        .map(|idx| points[(idx * step + n_points / 2) % n_points])
        .collect()
}
