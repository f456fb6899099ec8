//! Cutting rings to a rectangle.
//!
//! # Source
//!
//! Sutherland and Hodgman, "Reentrant polygon clipping", 1974.

use crate::geometry::Bounds;

type Xy = (f64, f64);

/// A ring, whose last point is not repeated, cut to a rectangle. Where it leaves and comes back it runs along the
/// rectangle's border, perhaps to and fro: winding numbers within are kept, validity is not.
pub fn clipped(ring: &[Xy], window: &Bounds) -> Vec<Xy> {
    let at_x = |x: f64| move |(x0, y0): Xy, (x1, y1): Xy| (x, y0 + (y1 - y0) * ((x - x0) / (x1 - x0)));
    let at_y = |y: f64| move |(x0, y0): Xy, (x1, y1): Xy| (x0 + (x1 - x0) * ((y - y0) / (y1 - y0)), y);
    let ring = half(ring, |(x, _)| x >= window.xmin, at_x(window.xmin));
    let ring = half(&ring, |(x, _)| x <= window.xmax, at_x(window.xmax));
    let ring = half(&ring, |(_, y)| y >= window.ymin, at_y(window.ymin));
    half(&ring, |(_, y)| y <= window.ymax, at_y(window.ymax))
}

/// The part of a ring on one side of a line; `crossing` is where an edge meets the line.
fn half(ring: &[Xy], is_inside: impl Fn(Xy) -> bool, crossing: impl Fn(Xy, Xy) -> Xy) -> Vec<Xy> {
    let mut kept = Vec::with_capacity(ring.len() + 4);
    let Some(mut before) = ring.last().copied() else {
        return kept;
    };
    for point in ring.iter().copied() {
        if is_inside(before) != is_inside(point) {
            kept.push(crossing(before, point));
        }
        if is_inside(point) {
            kept.push(point);
        }
        before = point;
    }
    kept
}
