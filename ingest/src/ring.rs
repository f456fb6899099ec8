//! Rings: orientation and simplicity.

use std::cmp::Ordering;

use geo::Coord;
use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};

/// Above this number of edges, pairs that are apart in x are not compared at all.
const SWEEP_FROM_EDGES: usize = 24;

/// Twice the signed area: positive when the ring runs counter-clockwise.
///
/// Computed relative to the first point, so that large coordinates do not cost digits.
pub(crate) fn doubled_area(ring: &[(f64, f64)]) -> f64 {
    let Some(&(x0, y0)) = ring.first() else { return 0.0 };
    let cross = |pair: &[(f64, f64)]| (pair[0].0 - x0) * (pair[1].1 - y0) - (pair[1].0 - x0) * (pair[0].1 - y0);
    ring.windows(2).map(cross).sum()
}

/// Whether a closed ring neither crosses nor touches itself (the OGC rule; a point that is written twice in a row is
/// allowed). `scratch` is emptied and reused.
pub(crate) fn is_simple(ring: &[(f64, f64)], scratch: &mut Vec<Edge>) -> bool {
    edges(ring, scratch);
    let n_edges = scratch.len();
    if n_edges < 3 {
        return false;
    }
    if n_edges > SWEEP_FROM_EDGES {
        scratch.sort_unstable_by(|a, b| a.x_min.total_cmp(&b.x_min));
    }
    let sorted = n_edges > SWEEP_FROM_EDGES;
    for (idx, a) in scratch.iter().enumerate() {
        for b in &scratch[idx + 1..] {
            if sorted && b.x_min > a.x_max {
                break;
            }
            if a.conflicts_with(b, n_edges) {
                return false;
            }
        }
    }
    true
}

/// One edge of a ring with its extent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    position: usize,
    from: Coord<f64>,
    to: Coord<f64>,
    x_min: f64,
    x_max: f64,
    y_min: f64,
    y_max: f64,
}

/// The edges of a ring in order, without those of no length.
fn edges(ring: &[(f64, f64)], edges: &mut Vec<Edge>) {
    edges.clear();
    for pair in ring.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        if pair[0] == pair[1] {
            continue;
        }
        edges.push(Edge {
            position: edges.len(),
            from: Coord { x: x1, y: y1 },
            to: Coord { x: x2, y: y2 },
            x_min: x1.min(x2),
            x_max: x1.max(x2),
            y_min: y1.min(y2),
            y_max: y1.max(y2),
        });
    }
}

impl Edge {
    /// Whether the two edges of a ring of `n_edges` meet anywhere but where neighbours must.
    fn conflicts_with(&self, other: &Self, n_edges: usize) -> bool {
        let apart = self.x_max < other.x_min
            || other.x_max < self.x_min
            || self.y_max < other.y_min
            || other.y_max < self.y_min;
        if apart {
            return false;
        }
        if (self.position + 1) % n_edges == other.position {
            return folds_back(self, other);
        }
        if (other.position + 1) % n_edges == self.position {
            return folds_back(other, self);
        }
        meet(self, other)
    }
}

/// Whether an edge runs back over the one before it.
fn folds_back(before: &Edge, after: &Edge) -> bool {
    if RobustKernel::orient2d(before.from, before.to, after.to) != Orientation::Collinear {
        return false;
    }
    let ahead = (before.to.x - before.from.x) * (after.to.x - after.from.x)
        + (before.to.y - before.from.y) * (after.to.y - after.from.y);
    ahead < 0.0
}

/// Whether two edges whose extents overlap have a point in common.
fn meet(a: &Edge, b: &Edge) -> bool {
    let side = |edge: &Edge, point| match RobustKernel::orient2d(edge.from, edge.to, point) {
        Orientation::CounterClockwise => Ordering::Greater,
        Orientation::Clockwise => Ordering::Less,
        Orientation::Collinear => Ordering::Equal,
    };
    let (b_from, b_to) = (side(a, b.from), side(a, b.to));
    if b_from == b_to {
        // On one line with overlapping extents, or both ends on one side.
        return b_from == Ordering::Equal;
    }
    let (a_from, a_to) = (side(b, a.from), side(b, a.to));
    a_from != a_to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ring: &[(f64, f64)], simple: bool) {
        let mut scratch = Vec::new();
        assert_eq!(is_simple(ring, &mut scratch), simple, "{ring:?}");
        // The same ring with every edge cut into sixteen takes the sweep.
        let mut fine: Vec<(f64, f64)> = Vec::new();
        for pair in ring.windows(2) {
            for step in 0..16 {
                let t = f64::from(step) / 16.0;
                fine.push((
                    pair[0].0 + (pair[1].0 - pair[0].0) * t,
                    pair[0].1 + (pair[1].1 - pair[0].1) * t,
                ));
            }
        }
        fine.push(ring[ring.len() - 1]);
        assert_eq!(is_simple(&fine, &mut scratch), simple, "fine {ring:?}");
    }

    #[test]
    fn simple_rings_pass_and_others_do_not() {
        check(&[(0., 0.), (8., 0.), (8., 8.), (0., 8.), (0., 0.)], true);
        check(&[(0., 0.), (0., 8.), (8., 8.), (8., 0.), (0., 0.)], true);
        check(&[(0., 0.), (8., 0.), (0., 8.), (0., 0.)], true);
        // A point twice in a row.
        check(&[(0., 0.), (8., 0.), (8., 0.), (8., 8.), (0., 8.), (0., 0.)], true);
        // A vertex on a straight edge.
        check(&[(0., 0.), (4., 0.), (8., 0.), (8., 8.), (0., 8.), (0., 0.)], true);
        // Bow tie.
        check(&[(0., 0.), (8., 8.), (8., 0.), (0., 8.), (0., 0.)], false);
        // Spike.
        check(
            &[(0., 0.), (8., 0.), (16., 0.), (8., 0.), (8., 8.), (0., 8.), (0., 0.)],
            false,
        );
        // Touches itself in a vertex.
        check(
            &[(0., 0.), (8., 0.), (4., 4.), (8., 8.), (0., 8.), (4., 4.), (0., 0.)],
            false,
        );
        // A vertex touches an edge.
        check(&[(0., 0.), (8., 0.), (8., 8.), (4., 0.), (0., 8.), (0., 0.)], false);
        // No area.
        check(&[(0., 0.), (8., 0.), (4., 0.), (0., 0.)], false);
        check(&[(1., 1.), (1., 1.), (1., 1.), (1., 1.)], false);
    }

    #[test]
    fn the_area_is_signed_and_keeps_its_digits_far_from_the_origin() {
        let square = |x: f64, y: f64| [(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0), (x, y)];
        assert_eq!(doubled_area(&square(0.0, 0.0)).to_bits(), 2.0_f64.to_bits());
        assert_eq!(doubled_area(&square(1e9, 1e9)).to_bits(), 2.0_f64.to_bits());
        let mut turned = square(5.0, 5.0);
        turned.reverse();
        assert_eq!(doubled_area(&turned).to_bits(), (-2.0_f64).to_bits());
        assert_eq!(doubled_area(&[]).to_bits(), 0.0_f64.to_bits());
    }
}
