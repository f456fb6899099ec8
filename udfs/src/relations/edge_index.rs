//! Comparing with a large polygon by its edges.

use super::edge_bins::EdgeBins;
use super::intersects::{any_edge, edges_intersect};
use super::position::Position;
use super::relation::Relation;
use crate::Result;
use crate::geometry::{Bounds, Kind, Wkb};

/// What is known of a geometry to compare it quickly; nothing but the bounds where it is no polygon.
#[derive(Debug)]
pub struct EdgeIndex {
    bounds: Bounds,
    edges: Option<EdgeBins>,
}

impl EdgeIndex {
    /// The index of a geometry with these bounds.
    #[must_use]
    pub fn new(geometry: &Wkb<'_>, bounds: Bounds) -> Self {
        Self {
            bounds,
            edges: (geometry.kind() == Kind::Polygon).then(|| EdgeBins::new(geometry, bounds, Kind::Polygon)),
        }
    }

    /// The number of coordinates of a geometry, by which one can tell whether an index is worth it.
    #[must_use]
    pub fn n_coords(geometry: &Wkb<'_>) -> usize {
        let mut n_coords = 0;
        geometry.for_each_coords(&mut |coords| n_coords += coords.len());
        n_coords
    }

    /// Whether the relation holds from the geometry, which is the one of the index, to another one, whose bounds make it
    /// possible.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn holds(
        &self,
        relation: Relation,
        geometry: &Wkb<'_>,
        other: &Wkb<'_>,
        other_bounds: &Bounds,
    ) -> Result<bool> {
        let by_edges = self
            .edges
            .as_ref()
            .and_then(|edges| holds_by_edges(relation, edges, other));
        match by_edges {
            Some(holds) => Ok(holds),
            None => relation.holds_within(geometry, &self.bounds, other, other_bounds),
        }
    }
}

/// Whether the relation holds from the polygon with these edges to another geometry, as far as its edges tell.
fn holds_by_edges(relation: Relation, edges: &EdgeBins, other: &Wkb<'_>) -> Option<bool> {
    match other.kind() {
        Kind::Point => {
            let point = other.point()?;
            relation.of_polygon_to_point(edges.position((point.x, point.y)))
        }
        Kind::LineString | Kind::Polygon => holds_to_edges(relation, edges, other),
        _ => None,
    }
}

/// Of a polygon to a line or polygon.
fn holds_to_edges(relation: Relation, edges: &EdgeBins, other: &Wkb<'_>) -> Option<bool> {
    let is_outside = |corner| edges.position(corner) == Position::Outside;
    let meets = any_edge(other, &mut |start, end| {
        let bounds = Bounds::of_corners(start, end);
        edges.any_near(&bounds, |edge| edges_intersect(edge, (start, end)))
    });
    if meets {
        return match relation {
            Relation::Intersects => Some(true),
            Relation::Disjoint => Some(false),
            Relation::Contains | Relation::Covers if any_edge(other, &mut |corner, _| is_outside(corner)) => {
                Some(false)
            }
            _ => None,
        };
    }
    // The borders share no point: the other one lies in the polygon, around it, around one of its holes, or apart.
    let is_line = other.kind() == Kind::LineString;
    let first = if is_line {
        other.coords().xy(0)?
    } else {
        other.rings().next()?.xy(0)?
    };
    if !is_outside(first) {
        return match relation {
            Relation::Intersects => Some(true),
            Relation::Disjoint | Relation::Touches | Relation::Within | Relation::CoveredBy | Relation::Equals => {
                Some(false)
            }
            Relation::Contains | Relation::Covers if is_line => Some(true),
            Relation::Crosses | Relation::Overlaps if is_line => Some(false),
            // A hole of the one may lie within the other.
            _ => None,
        };
    }
    match relation {
        Relation::Contains | Relation::Covers | Relation::Touches | Relation::Crosses | Relation::Equals => Some(false),
        Relation::Intersects | Relation::Disjoint if is_line => Some(relation == Relation::Disjoint),
        _ => None,
    }
}
