//! Whether lines pass no point twice.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::chains::{Chain, Meeting, Place, meetings};
use crate::geometry::{Coord, Shape};

/// True when lines meet themselves and each other at their ends only, rings nowhere, and points are all different.
pub fn is_simple(shape: &Shape) -> bool {
    match shape {
        Shape::Point(_) => true,
        Shape::MultiPoint(points) => {
            let mut seen = HashSet::new();
            // -0 and 0 are one place.
            let bits = |coord: &Coord| [coord.x + 0.0, coord.y + 0.0].map(f64::to_bits);
            points.iter().flatten().all(|coord| seen.insert(bits(coord)))
        }
        Shape::LineString(coords) => are_simple(std::slice::from_ref(coords)),
        Shape::MultiLineString(lines) => are_simple(lines),
        Shape::Polygon(rings) => rings.iter().all(|ring| are_simple(std::slice::from_ref(ring))),
        Shape::MultiPolygon(polygons) => {
            let mut rings = polygons.iter().flatten();
            rings.all(|ring| are_simple(std::slice::from_ref(ring)))
        }
        Shape::GeometryCollection(members) => members.iter().all(is_simple),
    }
}

fn are_simple(lines: &[Vec<Coord>]) -> bool {
    let chains: Vec<Chain> = lines.iter().map(|coords| Chain::new(coords)).collect();
    let is_met_again = meetings(&chains, |one, other, meeting| {
        if is_allowed(&chains, one, other, meeting) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    is_met_again.is_none()
}

fn is_allowed(chains: &[Chain], one: Place, other: Place, meeting: Meeting) -> bool {
    let Meeting::Touch(at) = meeting else {
        return false;
    };
    let is_one_line = one.chain == other.chain;
    if is_one_line && one.edge.abs_diff(other.edge) == 1 {
        return true;
    }
    let is_at_end = |place: Place| {
        let chain = &chains[place.chain];
        let is_last = place.edge + 1 == chain.n_edges();
        let starts_there = place.edge == 0 && chain.points()[0] == at;
        starts_there || (is_last && chain.points()[place.edge + 1] == at)
    };
    // A ring has no ends but for itself.
    let has_ring = || chains[one.chain].is_closed() || chains[other.chain].is_closed();
    is_at_end(one) && is_at_end(other) && (is_one_line || !has_ring())
}
