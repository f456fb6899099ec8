//! Which edge lies below which, told by a line that sweeps over them from left to right.

use std::cmp::Ordering;

use super::vertices::{Vertices, Xy};
use crate::relations::position::side_of;

/// No edge.
pub const NONE: u32 = u32::MAX;

/// Edges with the edges below them.
#[derive(Debug)]
pub struct Below {
    /// For each edge the one directly below its left end, or [`NONE`].
    pub below: Vec<u32>,
    /// The edges in an order in which the one below comes first.
    pub order: Vec<u32>,
}

/// Finds the edge below each edge. Edges run from left to right, or upward, and share nothing but ends.
pub fn below(edges: &[(u32, u32)], vertices: &Vertices) -> Below {
    let xy = |point: u32| vertices.xy(point);
    let sorted = |order: &dyn Fn((u32, u32), (u32, u32)) -> Ordering| {
        let mut idxs: Vec<u32> = (0_u32..).zip(edges).map(|(idx, _)| idx).collect();
        idxs.sort_by(|one, other| order(edges[*one as usize], edges[*other as usize]));
        idxs
    };
    // Of edges that start at one point the lowest comes first, so that the next one finds it below.
    let starts = sorted(&|(from, to), (other_from, other_to)| {
        let is_lower = || 0_f64.total_cmp(&(side_of(xy(from), xy(to), xy(other_to)) + 0.0));
        order_of(xy(from), xy(other_from)).then_with(is_lower)
    });
    let ends = sorted(&|(_, to), (_, other_to)| order_of(xy(to), xy(other_to)));
    let mut sweep = Sweep {
        edges,
        vertices,
        active: Vec::new(),
    };
    let mut below = vec![NONE; edges.len()];
    let mut next_end = ends.into_iter().peekable();
    for start in &starts {
        let point = vertices.xy(edges[*start as usize].0);
        let has_ended = |end: &u32| order_of(vertices.xy(edges[*end as usize].1), point).is_le();
        while let Some(end) = next_end.next_if(has_ended) {
            sweep.remove(end);
        }
        below[*start as usize] = sweep.insert(*start);
    }
    Below { below, order: starts }
}

/// From left to right, then upward.
pub fn order_of(one: Xy, other: Xy) -> Ordering {
    one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
}

struct Sweep<'a> {
    edges: &'a [(u32, u32)],
    vertices: &'a Vertices,
    /// The edges that the sweeping line crosses, from the lowest to the highest.
    active: Vec<u32>,
}

impl Sweep<'_> {
    /// Takes an edge in and says which is below it.
    fn insert(&mut self, edge: u32) -> u32 {
        let place = self.active.partition_point(|other| self.is_above(edge, *other));
        self.active.insert(place, edge);
        if place == 0 { NONE } else { self.active[place - 1] }
    }

    fn remove(&mut self, edge: u32) {
        let place = self
            .active
            .partition_point(|other| *other != edge && self.is_above(edge, *other));
        let found = (self.active.get(place) == Some(&edge)).then_some(place);
        // Edges that meet within, which rounding may leave behind, upset the order.
        let found = found.or_else(|| self.active.iter().position(|other| *other == edge));
        if let Some(place) = found {
            self.active.remove(place);
        }
    }

    /// True when the one edge runs above the other where both are.
    fn is_above(&self, one: u32, other: u32) -> bool {
        let ends = |edge: u32| {
            let (from, to) = self.edges[edge as usize];
            (self.vertices.xy(from), self.vertices.xy(to))
        };
        let ((a, b), (c, d)) = (ends(one), ends(other));
        if order_of(a, c).is_lt() {
            let side = side_of(a, b, c);
            return if side == 0.0 {
                side_of(a, b, d) < 0.0
            } else {
                side < 0.0
            };
        }
        let side = side_of(c, d, a);
        if side == 0.0 {
            side_of(c, d, b) > 0.0
        } else {
            side > 0.0
        }
    }
}
