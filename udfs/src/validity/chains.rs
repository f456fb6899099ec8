//! Lines and rings as chains of points, and where they meet.

use std::ops::ControlFlow;

use crate::geometry::{Bounds, Coord};
use crate::overlay::crossing::crossing;
use crate::overlay::edge_index::EdgeIndex;
use crate::overlay::noding::are_crossing;
use crate::overlay::vertices::Xy;
use crate::relations::intersects::is_on_edge;

/// The points of a line or ring, none twice in a row.
#[derive(Debug)]
pub struct Chain {
    points: Vec<Xy>,
}

impl Chain {
    /// The chain of a line or ring.
    pub fn new(coords: &[Coord]) -> Self {
        let mut points: Vec<Xy> = coords.iter().map(|coord| (coord.x, coord.y)).collect();
        points.dedup();
        Self { points }
    }

    /// Its points.
    pub fn points(&self) -> &[Xy] {
        &self.points
    }

    /// True when it ends where it begins.
    pub fn is_closed(&self) -> bool {
        self.points.first() == self.points.last()
    }

    /// How many edges it has.
    pub fn n_edges(&self) -> usize {
        self.points.len().saturating_sub(1)
    }

    /// The points before and after an edge's start on a ring.
    pub fn around(&self, edge: usize) -> (Xy, Xy) {
        let before = if edge == 0 { self.n_edges() - 1 } else { edge - 1 };
        (self.points[before], self.points[edge + 1])
    }
}

/// An edge: the number of its chain, and its place on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The chain.
    pub chain: usize,
    /// The edge's place on the chain, from 0.
    pub edge: usize,
}

/// How two edges meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meeting {
    /// In a point within both.
    Crossing(Xy),
    /// Along a piece, of which this is an end.
    Overlap(Xy),
    /// In one point only, which is an end of one of them or of both.
    Touch(Xy),
}

fn meeting((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> Option<Meeting> {
    let mut touch = None;
    for (point, (start, end)) in [(a, (c, d)), (b, (c, d)), (c, (a, b)), (d, (a, b))] {
        if is_on_edge(point, start, end) {
            match touch {
                Some(first) if first != point => return Some(Meeting::Overlap(first)),
                _ => touch = Some(point),
            }
        }
    }
    touch
        .map(Meeting::Touch)
        .or_else(|| are_crossing((a, b), (c, d)).then(|| Meeting::Crossing(crossing((a, b), (c, d)))))
}

/// Visits the meetings of every two edges, in the order of the edges, until the visitor has seen enough.
pub fn meetings<T>(chains: &[Chain], mut visit: impl FnMut(Place, Place, Meeting) -> ControlFlow<T>) -> Option<T> {
    let places: Vec<Place> = (0..chains.len())
        .flat_map(|chain| (0..chains[chain].n_edges()).map(move |edge| Place { chain, edge }))
        .collect();
    let ends = |place: &Place| {
        let points = &chains[place.chain].points;
        (points[place.edge], points[place.edge + 1])
    };
    let index = EdgeIndex::new(places.iter().map(ends));
    for (idx, place) in places.iter().enumerate() {
        let (start, end) = ends(place);
        let mut near = index.near(&Bounds::of_corners(start, end));
        near.retain(|near_idx| *near_idx as usize > idx);
        near.sort_unstable();
        for near_idx in near {
            let other = &places[near_idx as usize];
            if let Some(meeting) = meeting((start, end), ends(other))
                && let ControlFlow::Break(found) = visit(*place, *other, meeting)
            {
                return Some(found);
            }
        }
    }
    None
}
