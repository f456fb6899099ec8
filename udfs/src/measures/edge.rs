//! Edges: the nearest points of two of them, and the edges of a geometry.

use crate::geometry::{Bounds, Wkb};
use crate::relations::intersects::edges_intersect;

/// x and y.
pub type Xy = (f64, f64);

/// The straight way between two points; a point is an edge whose ends are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Where it begins.
    pub start: Xy,
    /// Where it ends.
    pub end: Xy,
}

/// Two points, one on each of two things, and how far they are from each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Their squared distance.
    pub squared: f64,
    /// The point on the first.
    pub one: Xy,
    /// The point on the second.
    pub other: Xy,
}

impl Nearest {
    /// Two points.
    pub fn of_points(one: Xy, other: Xy) -> Self {
        let squared = squared_distance(one, other);
        Self { squared, one, other }
    }

    /// The same, seen from the other side.
    pub fn swapped(self) -> Self {
        Self {
            one: self.other,
            other: self.one,
            ..self
        }
    }

    /// The distance of the points.
    pub fn distance(&self) -> f64 {
        self.squared.sqrt()
    }
}

impl Edge {
    /// The bounds.
    #[inline]
    pub fn bounds(&self) -> Bounds {
        Bounds::of_corners(self.start, self.end)
    }

    /// True when it has no length.
    pub fn is_point(&self) -> bool {
        self.start == self.end
    }

    /// The point of the edge that is nearest to a point: `one` is the point, `other` lies on the edge.
    #[inline]
    pub fn nearest_to(&self, point: Xy) -> Nearest {
        let (dx, dy) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        let (px, py) = (point.0 - self.start.0, point.1 - self.start.1);
        let length_squared = dx * dx + dy * dy;
        let along = px * dx + py * dy;
        if along <= 0.0 || length_squared == 0.0 {
            return Nearest::of_points(point, self.start);
        }
        if along >= length_squared {
            return Nearest::of_points(point, self.end);
        }
        // The distance comes from the cross product: the foot of the perpendicular has lost digits to its coordinates.
        let across = dx * py - dy * px;
        let part = along / length_squared;
        Nearest {
            squared: across * across / length_squared,
            one: point,
            other: (self.start.0 + part * dx, self.start.1 + part * dy),
        }
    }

    /// The nearest points of two edges; the same point where they meet, which is told exactly.
    pub fn nearest(&self, other: &Self) -> Nearest {
        if other.is_point() {
            return self.nearest_to(other.start).swapped();
        }
        if self.is_point() {
            return other.nearest_to(self.start);
        }
        let ends = [
            self.nearest_to(other.start).swapped(),
            self.nearest_to(other.end).swapped(),
            other.nearest_to(self.start),
            other.nearest_to(self.end),
        ];
        let nearest = ends
            .into_iter()
            .fold(ends[0], |best, end| if end.squared < best.squared { end } else { best });
        if nearest.squared > 0.0 && edges_intersect((self.start, self.end), (other.start, other.end)) {
            let point = self.crossing(other).unwrap_or(nearest.one);
            return Nearest {
                squared: 0.0,
                one: point,
                other: point,
            };
        }
        nearest
    }

    /// Where two edges cross that are known to; `None` when they are in line.
    fn crossing(&self, other: &Self) -> Option<Xy> {
        let (dx, dy) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        let (ex, ey) = (other.end.0 - other.start.0, other.end.1 - other.start.1);
        let turn = dx * ey - dy * ex;
        let part = ((other.start.0 - self.start.0) * ey - (other.start.1 - self.start.1) * ex) / turn;
        part.is_finite().then(|| {
            let part = part.clamp(0.0, 1.0);
            (self.start.0 + part * dx, self.start.1 + part * dy)
        })
    }
}

/// The squared distance of two points.
#[inline]
pub fn squared_distance(one: Xy, other: Xy) -> f64 {
    let (dx, dy) = (other.0 - one.0, other.1 - one.1);
    dx * dx + dy * dy
}

/// The squared distance of bounds; 0 where they touch.
#[inline]
pub fn squared_bounds_distance(one: &Bounds, other: &Bounds) -> f64 {
    let dx = (other.xmin - one.xmax).max(one.xmin - other.xmax).max(0.0);
    let dy = (other.ymin - one.ymax).max(one.ymin - other.ymax).max(0.0);
    dx * dx + dy * dy
}

/// Calls for every edge of lines and rings, and for every point, in order.
pub fn for_each_edge(geometry: &Wkb<'_>, visit: &mut impl FnMut(Edge)) {
    geometry.for_each_coords(&mut |coords| {
        let mut before: Option<Xy> = None;
        coords.for_each_xy(|x, y| {
            if let Some(start) = before {
                visit(Edge { start, end: (x, y) });
            }
            before = Some((x, y));
        });
        if coords.len() == 1
            && let Some(point) = before
        {
            visit(Edge {
                start: point,
                end: point,
            });
        }
    });
}

/// The edges of lines and rings, and the points.
pub fn edges(geometry: &Wkb<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for_each_edge(geometry, &mut |edge| edges.push(edge));
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: (Xy, Xy), other: (Xy, Xy), expected: f64) {
        let edge = |(start, end)| Edge { start, end };
        let found = edge(one).nearest(&edge(other));
        assert!(
            (found.distance() - expected).abs() < 1e-12,
            "{one:?} {other:?} {found:?}"
        );
        assert!(
            (squared_distance(found.one, found.other).sqrt() - expected).abs() < 1e-12,
            "{found:?}"
        );
        let swapped = edge(other).nearest(&edge(one));
        assert!((swapped.distance() - expected).abs() < 1e-12, "{swapped:?}");
    }

    #[test]
    fn edges_are_as_far_from_each_other_as_their_nearest_points() {
        check(((0.0, 0.0), (2.0, 0.0)), ((1.0, 1.0), (1.0, 3.0)), 1.0);
        check(((0.0, 0.0), (2.0, 0.0)), ((1.0, -1.0), (1.0, 3.0)), 0.0);
        check(((0.0, 0.0), (2.0, 0.0)), ((5.0, 4.0), (5.0, 4.0)), 5.0);
        check(((0.0, 0.0), (2.0, 0.0)), ((1.0, 0.0), (5.0, 0.0)), 0.0);
        check(((0.0, 0.0), (2.0, 0.0)), ((3.0, 0.0), (5.0, 0.0)), 1.0);
        check(((1.0, 1.0), (1.0, 1.0)), ((1.0, 1.0), (1.0, 1.0)), 0.0);
    }
}
