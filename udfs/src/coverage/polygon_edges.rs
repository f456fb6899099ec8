//! The edges of polygons, with the area on the left.

use super::boundary;
use crate::geometry::{Bounds, Kind, Wkb};
use crate::overlay::edge::Edge;
use crate::overlay::edge_index::EdgeIndex;
use crate::overlay::noding::noded;
use crate::overlay::operand::is_counterclockwise;
use crate::overlay::vertices::{Vertices, Xy};
use crate::relations::intersects::edges_intersect;
use crate::{Error, Result};

/// Calls for every edge of every polygon, from where and to where.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is NaN or infinite, [`Error::Unanswerable`] when a ring crosses itself without end.
pub fn for_each(geometry: &Wkb<'_>, visit: &mut impl FnMut(Xy, Xy)) -> Result<()> {
    let mut outcome = Ok(());
    geometry.for_each_simple(&mut |simple| {
        if simple.kind() == Kind::Polygon && outcome.is_ok() {
            outcome = of_polygon(&simple, visit);
        }
    });
    outcome
}

fn of_polygon(polygon: &Wkb<'_>, visit: &mut impl FnMut(Xy, Xy)) -> Result<()> {
    let rings: Vec<Vec<Xy>> = polygon.rings().map(|ring| ring.iter_xy().collect()).collect();
    if let Some((x, y)) = rings.iter().flatten().find(|(x, y)| !x.is_finite() || !y.is_finite()) {
        return Err(Error::NotFinite { x: *x, y: *y });
    }
    let edges = || {
        rings
            .iter()
            .flat_map(|ring| ring.windows(2).map(|ends| (ends[0], ends[1])))
    };
    if meets_itself(&edges().collect::<Vec<(Xy, Xy)>>()) {
        return of_crossing_rings(edges(), visit);
    }
    for (idx, ring) in rings.iter().enumerate() {
        let has_area_left = is_counterclockwise(ring) == (idx == 0);
        for ends in ring.windows(2) {
            if has_area_left {
                visit(ends[0], ends[1]);
            } else {
                visit(ends[1], ends[0]);
            }
        }
    }
    Ok(())
}

/// Up to so many edges, comparing each with each is faster than an index.
const FEW_EDGES: usize = 64;

/// True when edges share more than the end at which one follows the other.
fn meets_itself(edges: &[(Xy, Xy)]) -> bool {
    let are_meeting = |one: &(Xy, Xy), other: &(Xy, Xy)| {
        // Where one follows the other they meet at that end, and beyond it only if they run back on each other: such a
        // spike has no area, and its two sides cancel.
        let is_following = one.1 == other.0 || other.1 == one.0;
        !is_following && edges_intersect(*one, *other)
    };
    if edges.len() <= FEW_EDGES {
        let mut pairs = edges.iter().enumerate();
        return pairs.any(|(idx, one)| edges[idx + 1..].iter().any(|other| are_meeting(one, other)));
    }
    let index = EdgeIndex::new(edges.iter().copied());
    let mut pairs = (0_u32..).zip(edges);
    pairs.any(|(idx, one)| {
        let near = index.near(&Bounds::of_corners(one.0, one.1));
        near.into_iter()
            .any(|other| other > idx && are_meeting(one, &edges[other as usize]))
    })
}

/// The edges around what an odd number of rings goes around.
fn of_crossing_rings(edges: impl Iterator<Item = (Xy, Xy)>, visit: &mut impl FnMut(Xy, Xy)) -> Result<()> {
    let mut vertices = Vertices::default();
    let edges: Vec<Edge> = edges
        .map(|(start, end)| Edge::of_ring(vertices.number(start), vertices.number(end), 0))
        .collect();
    let mut edges = noded(edges, &mut vertices, 0.0)?;
    for edge in &mut edges {
        edge.roles[0].winding = i32::from(edge.n_strings % 2 == 1);
    }
    for (from, to) in boundary(edges, &vertices, |n_rings| n_rings % 2 != 0) {
        visit(vertices.xy(from), vertices.xy(to));
    }
    Ok(())
}
