//! A tree of bounds over edges, for geometries that are too large to compare every edge with every other.

use super::edge::{Edge, Nearest, Xy, squared_bounds_distance};
use crate::geometry::Bounds;

/// The children of a node.
const FANOUT: usize = 8;
/// Cells of the curve along a side, as a power of two.
const CURVE_ORDER: u32 = 16;

/// Edges in the order of a space-filling curve, under levels of bounds.
#[derive(Debug)]
pub struct EdgeTree {
    edges: Vec<Edge>,
    /// Bounds of the edges, then of groups of them, up to one group.
    levels: Vec<Vec<Bounds>>,
}

/// A node: its level and its place there.
type Node = (usize, usize);

impl EdgeTree {
    /// A tree over edges; `None` when there are none.
    pub fn build(mut edges: Vec<Edge>) -> Option<Self> {
        let mut whole = Bounds::NOTHING;
        for edge in &edges {
            whole.add_bounds(&edge.bounds());
        }
        if edges.len() > FANOUT {
            edges.sort_by_cached_key(|edge| curve_key(edge, &whole));
        }
        let mut levels = vec![edges.iter().map(Edge::bounds).collect::<Vec<_>>()];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let groups = below.chunks(FANOUT).map(|group| {
                let mut bounds = Bounds::NOTHING;
                for member in group {
                    bounds.add_bounds(member);
                }
                bounds
            });
            let groups = groups.collect();
            levels.push(groups);
        }
        (!edges.is_empty()).then_some(Self { edges, levels })
    }

    /// The nearest points of the edges of two trees that are nearer than `best`, or `best`. Looks no further when they are
    /// `enough` or less apart. Distances are squared.
    pub fn nearest(&self, other: &Self, best: Nearest, enough: f64) -> Nearest {
        let mut search = Search {
            one: self,
            other,
            best,
            enough,
        };
        search.visit((self.levels.len() - 1, 0), (other.levels.len() - 1, 0));
        search.best
    }

    /// The squared distance from a point to the nearest edge, or a smaller one than `enough` when that is found first.
    pub fn squared_distance_to(&self, point: Xy, enough: f64) -> f64 {
        let mut best = f64::INFINITY;
        self.visit_near((self.levels.len() - 1, 0), point, enough, &mut best);
        best
    }

    fn visit_near(&self, (level, idx): Node, point: Xy, enough: f64, best: &mut f64) {
        if level == 0 {
            *best = best.min(self.edges[idx].nearest_to(point).squared);
            return;
        }
        let bounds = Bounds::of_corners(point, point);
        let (children, n_children) = self.children((level, idx), &bounds);
        for (squared, child) in &children[..n_children] {
            if *squared < *best && *best > enough {
                self.visit_near((level - 1, *child), point, enough, best);
            }
        }
    }

    /// The children of a node, those first that are nearest to some bounds, with their squared distances.
    fn children(&self, (level, idx): Node, near: &Bounds) -> ([(f64, usize); FANOUT], usize) {
        let below = &self.levels[level - 1];
        let mut children = [(0.0, 0); FANOUT];
        let range = idx * FANOUT..below.len().min((idx + 1) * FANOUT);
        let n_children = range.len();
        for (place, child) in range.enumerate() {
            children[place] = (squared_bounds_distance(&below[child], near), child);
        }
        children[..n_children].sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        (children, n_children)
    }
}

struct Search<'a> {
    one: &'a EdgeTree,
    other: &'a EdgeTree,
    best: Nearest,
    enough: f64,
}

impl Search<'_> {
    fn visit(&mut self, one: Node, other: Node) {
        if one.0 == 0 && other.0 == 0 {
            let found = self.one.edges[one.1].nearest(&self.other.edges[other.1]);
            if found.squared < self.best.squared {
                self.best = found;
            }
            return;
        }
        // The larger node is opened.
        if one.0 >= other.0 {
            let near = self.other.levels[other.0][other.1];
            let (children, n_children) = self.one.children(one, &near);
            for (squared, child) in &children[..n_children] {
                if self.is_worth(*squared) {
                    self.visit((one.0 - 1, *child), other);
                }
            }
        } else {
            let near = self.one.levels[one.0][one.1];
            let (children, n_children) = self.other.children(other, &near);
            for (squared, child) in &children[..n_children] {
                if self.is_worth(*squared) {
                    self.visit(one, (other.0 - 1, *child));
                }
            }
        }
    }

    fn is_worth(&self, squared: f64) -> bool {
        squared < self.best.squared && self.best.squared > self.enough
    }
}

/// The place of an edge's middle along a Hilbert curve over the bounds of all.
fn curve_key(edge: &Edge, whole: &Bounds) -> u64 {
    let cell = |one: f64, other: f64, low: f64, high: f64| {
        let part = (f64::midpoint(one, other) - low) / (high - low);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0 … 2^16 - 1; NaN is 0"
        )]
        let cell = (part * f64::from(1_u32 << CURVE_ORDER)).clamp(0.0, f64::from((1_u32 << CURVE_ORDER) - 1)) as u32;
        cell
    };
    let mut x = cell(edge.start.0, edge.end.0, whole.xmin, whole.xmax);
    let mut y = cell(edge.start.1, edge.end.1, whole.ymin, whole.ymax);
    let mut key = 0;
    for bit in (0..CURVE_ORDER).rev() {
        let (right, upper) = (x >> bit & 1, y >> bit & 1);
        key = key << 2 | u64::from((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    key
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::edge::squared_distance;
    use super::*;

    #[test]
    fn a_tree_finds_what_comparing_all_finds() {
        let mut state = 1_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 40).unwrap()) / 1e3
        };
        let mut some = |shift: f64, count: usize| -> Vec<Edge> {
            let edges = (0..count).map(|_| {
                let start = (random() + shift, random());
                Edge {
                    start,
                    end: (start.0 + random() / 1e3, start.1 + random() / 1e3),
                }
            });
            edges.collect()
        };
        for (n_one, n_other, shift) in [(1, 1, 0.0), (300, 7, 2e4), (200, 200, 1.7e4), (9, 500, 5e3)] {
            let (one, other) = (some(0.0, n_one), some(shift, n_other));
            let pairs = one
                .iter()
                .flat_map(|one| other.iter().map(|other| one.nearest(other).squared));
            let expected = pairs.fold(f64::INFINITY, f64::min);
            let point = other[0].start;
            let to_point = one
                .iter()
                .map(|edge| edge.nearest_to(point).squared)
                .fold(f64::INFINITY, f64::min);
            let (one, other) = (EdgeTree::build(one).unwrap(), EdgeTree::build(other).unwrap());
            let worst = Nearest {
                squared: f64::INFINITY,
                one: point,
                other: point,
            };
            let found = one.nearest(&other, worst, 0.0);
            assert!(
                (found.squared - expected).abs() <= 1e-9 * expected,
                "{found:?} {expected}"
            );
            assert!((squared_distance(found.one, found.other) - expected).abs() <= 1e-6 * (1.0 + expected));
            assert!((one.squared_distance_to(point, 0.0) - to_point).abs() <= 1e-9 * to_point);
        }
    }
}
