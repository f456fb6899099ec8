//! Points of a line that its curve would not show.

use crate::measures::edge::{Edge, Xy};
use crate::relations::position::side_of;

/// Points of a dent that are looked at.
const SAMPLES: usize = 10;

/// The line without points that dent it by less than a tolerance towards the left, or with a negative tolerance towards the right.
///
/// # Source
///
/// `BufferInputLineSimplifier` of JTS and GEOS, whose curves would otherwise have other corners.
pub fn without_dents(points: &[Xy], tolerance: f64) -> Vec<Xy> {
    let dents = Dents {
        points,
        is_left: tolerance >= 0.0,
        tolerance: tolerance.abs(),
    };
    let mut kept: Vec<usize> = (0..points.len()).collect();
    loop {
        let fewer = dents.filled(&kept);
        if fewer.len() == kept.len() {
            return kept.into_iter().map(|idx| points[idx]).collect();
        }
        kept = fewer;
    }
}

struct Dents<'a> {
    points: &'a [Xy],
    is_left: bool,
    tolerance: f64,
}

impl Dents<'_> {
    /// The places of points that are left after one round. The first and the last two stay, for the line's ends.
    fn filled(&self, places: &[usize]) -> Vec<usize> {
        let mut kept = Vec::with_capacity(places.len());
        let mut at = 1;
        kept.extend(&places[..places.len().min(2)]);
        while at + 1 < places.len() {
            let is_last = at + 2 >= places.len();
            if !is_last && self.is_dent(places[at], places[at + 1], places[at + 2]) {
                kept.push(places[at + 2]);
                at += 2;
            } else {
                kept.push(places[at + 1]);
                at += 1;
            }
        }
        kept
    }

    fn is_dent(&self, before: usize, middle: usize, after: usize) -> bool {
        let (start, point, end) = (self.points[before], self.points[middle], self.points[after]);
        let side = side_of(start, point, end);
        let is_concave = if self.is_left { side > 0.0 } else { side < 0.0 };
        let is_shallow = |end: Xy| {
            let nearest = Edge { start, end }.nearest_to(point);
            nearest.distance() < self.tolerance
        };
        let step = ((after - before) / SAMPLES).max(1);
        is_concave && is_shallow(end) && (before..after).step_by(step).all(|idx| is_shallow(self.points[idx]))
    }
}
