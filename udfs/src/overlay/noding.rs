//! Cutting edges where they meet, so that they share nothing but their ends.

use super::crossing::{crossing, distance_and_share};
use super::edge::{Edge, merged};
use super::edge_index::EdgeIndex;
use super::vertices::{Vertices, Xy};
use crate::geometry::Bounds;
use crate::relations::intersects::is_on_edge;
use crate::relations::position::side_of;
use crate::{Error, Result};

/// Rounded crossings can make edges cross anew. That often comes to an end by itself, else with a growing tolerance.
const EXACT_PASSES: i32 = 3;
const MOST_PASSES: i32 = 24;

/// Cuts edges where they meet and merges those that come to lie on each other.
///
/// A point within the tolerance of an edge, a distance, lies on it; 0 is exact.
///
/// # Errors
///
/// [`Error::Unanswerable`] when there is no end to it.
pub fn noded(edges: Vec<Edge>, vertices: &mut Vertices, least_tolerance: f64) -> Result<Vec<Edge>> {
    let magnitude = vertices.magnitude();
    let mut edges = merged(edges, vertices);
    let mut tolerance_before = 0.0;
    for pass in 0..MOST_PASSES {
        let mut tolerance = least_tolerance;
        if pass >= EXACT_PASSES {
            tolerance = tolerance.max(magnitude * f64::EPSILON * 2_f64.powi(pass - EXACT_PASSES));
        }
        if tolerance > tolerance_before {
            for edge in &mut edges {
                edge.is_fresh = true;
            }
        }
        tolerance_before = tolerance;
        let cuts = Search {
            edges: &edges,
            tolerance,
            cuts: Vec::new(),
        }
        .cuts(vertices);
        if cuts.is_empty() {
            return Ok(edges);
        }
        edges = merged(cut(&edges, cuts, vertices), vertices);
    }
    Err(Error::Unanswerable)
}

/// An edge's place and the number of a point on it.
type Cut = (u32, u32);

struct Search<'a> {
    edges: &'a [Edge],
    tolerance: f64,
    cuts: Vec<Cut>,
}

impl Search<'_> {
    fn cuts(mut self, vertices: &mut Vertices) -> Vec<Cut> {
        let ends = |edge: &Edge| (vertices.xy(edge.from), vertices.xy(edge.to));
        let index = EdgeIndex::new(self.edges.iter().map(ends));
        for (idx, edge) in (0_u32..).zip(self.edges) {
            if !edge.is_fresh {
                continue;
            }
            let bounds = Bounds::of_corners(vertices.xy(edge.from), vertices.xy(edge.to)).grown(self.tolerance);
            for near_idx in index.near(&bounds) {
                let is_done = near_idx == idx || (near_idx < idx && self.edges[near_idx as usize].is_fresh);
                if !is_done {
                    self.compare(idx, near_idx, vertices);
                }
            }
        }
        self.cuts
    }

    /// Finds where two edges meet other than at ends that they share.
    fn compare(&mut self, one_idx: u32, other_idx: u32, vertices: &mut Vertices) {
        let (one, other) = (self.edges[one_idx as usize], self.edges[other_idx as usize]);
        let (a, b) = (vertices.xy(one.from), vertices.xy(one.to));
        let (c, d) = (vertices.xy(other.from), vertices.xy(other.to));
        let mut touches = false;
        for (end, point) in [(other.from, c), (other.to, d)] {
            if end != one.from && end != one.to && self.is_on(point, (a, b)) {
                self.cuts.push((one_idx, end));
                touches = true;
            }
        }
        for (end, point) in [(one.from, a), (one.to, b)] {
            if end != other.from && end != other.to && self.is_on(point, (c, d)) {
                self.cuts.push((other_idx, end));
                touches = true;
            }
        }
        let shares_end = one.from == other.from || one.from == other.to || one.to == other.from || one.to == other.to;
        if touches || shares_end || !are_crossing((a, b), (c, d)) {
            return;
        }
        let point = crossing((a, b), (c, d));
        let near_end = [(one.from, a), (one.to, b), (other.from, c), (other.to, d)]
            .into_iter()
            .find(|(_, end)| (end.0 - point.0).hypot(end.1 - point.1) <= self.tolerance);
        let number = near_end.map_or_else(|| vertices.number(point), |(number, _)| number);
        if number != one.from && number != one.to {
            self.cuts.push((one_idx, number));
        }
        if number != other.from && number != other.to {
            self.cuts.push((other_idx, number));
        }
    }

    fn is_on(&self, point: Xy, edge: (Xy, Xy)) -> bool {
        if is_on_edge(point, edge.0, edge.1) {
            return true;
        }
        if self.tolerance == 0.0 {
            return false;
        }
        let (distance, share) = distance_and_share(point, edge);
        distance <= self.tolerance && share > 0.0 && share < 1.0
    }
}

/// True when each edge has the ends of the other on both of its sides.
pub fn are_crossing((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> bool {
    let is_apart = |one: f64, other: f64| (one > 0.0 && other < 0.0) || (one < 0.0 && other > 0.0);
    is_apart(side_of(a, b, c), side_of(a, b, d)) && is_apart(side_of(c, d, a), side_of(c, d, b))
}

fn cut(edges: &[Edge], mut cuts: Vec<Cut>, vertices: &Vertices) -> Vec<Edge> {
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::with_capacity(edges.len() + cuts.len());
    let mut cuts = cuts.into_iter().peekable();
    let mut points: Vec<(f64, u32)> = Vec::new();
    for (idx, edge) in (0_u32..).zip(edges) {
        points.clear();
        let ends = (vertices.xy(edge.from), vertices.xy(edge.to));
        while let Some((_, number)) = cuts.next_if(|(cut_idx, _)| *cut_idx == idx) {
            points.push((distance_and_share(vertices.xy(number), ends).1, number));
        }
        if points.is_empty() {
            pieces.push(Edge {
                is_fresh: false,
                ..*edge
            });
            continue;
        }
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut from = edge.from;
        for to in points.iter().map(|(_, number)| *number).chain([edge.to]) {
            pieces.push(Edge {
                from,
                to,
                is_fresh: true,
                ..*edge
            });
            from = to;
        }
    }
    pieces
}
