//! Dissolving polygons that lie side by side: the parcels of a 동 become the 동.
//!
//! Where two polygons share an edge, it goes: what is left are the outlines. How many polygons lie at a place changes only
//! across edges that are left, so that the area that polygons cover can be told from them alone, overlaps or not.

mod polygon_edges;

use datafusion::common::HashMap;
use datafusion::common::hash_map::Entry;

use crate::Result;
use crate::geometry::{Geometry, Wkb};
use crate::overlay::edge::Edge;
use crate::overlay::noding::noded;
use crate::overlay::rings::polygons;
use crate::overlay::sweep::{NONE, below, order_of};
use crate::overlay::vertices::{Vertices, Xy};
use crate::overlay::{assembly, edge};

/// The bits of the two ends of an edge, the left or lower one first.
type Ends = [u64; 4];

/// Edges of polygons, without those that two polygons share.
///
/// Polygons may come in any order, but take little memory only when neighbours come near each other.
#[derive(Debug, Default)]
pub struct Coverage {
    /// How many more polygons lie on the left of an edge than on its right; never 0.
    edges: HashMap<Ends, i32>,
}

impl Coverage {
    /// Takes the polygons of a geometry in; points and lines are passed over. A polygon that crosses itself counts with what
    /// an odd number of its rings goes around.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn add(&mut self, geometry: &Wkb<'_>) -> Result<()> {
        polygon_edges::for_each(geometry, &mut |from, to| self.add_edge(from, to, 1))
    }

    /// True when there are no areas.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// The bytes that the edges take in memory.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.edges.allocation_size()
    }

    /// The edges as bytes, for [`Coverage::read`].
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(36 * self.edges.len());
        for (ends, winding) in &self.edges {
            for number in ends {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(winding.to_le_bytes());
        }
        bytes
    }

    /// Takes the edges of bytes that [`Coverage::write`] gave; whatever else follows them is passed over.
    pub fn read(&mut self, bytes: &[u8]) {
        for edge in bytes.chunks_exact(36) {
            let mut ends = [0; 4];
            for (end, bytes) in ends.iter_mut().zip(edge.chunks_exact(8)) {
                *end = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            }
            let winding = edge.last_chunk().map_or(0, |bytes| i32::from_le_bytes(*bytes));
            self.add_ends(ends, winding);
        }
    }

    /// The area that the polygons cover: a Polygon, or a `MultiPolygon` when it is in several parts. Corners are those that
    /// came in; new ones are made only where edges cross.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Unanswerable`] when edges cross so often that there is no end to it.
    pub fn dissolved(&self) -> Result<Geometry> {
        let mut vertices = Vertices::default();
        let mut edges = Vec::with_capacity(self.edges.len());
        for (ends, winding) in &self.edges {
            let [x1, y1, x2, y2] = ends.map(f64::from_bits);
            let mut edge = Edge::of_ring(vertices.number((x1, y1)), vertices.number((x2, y2)), 0);
            edge.roles[0].winding = *winding;
            edges.push(edge);
        }
        // The order of a hash table is another one each time; the answer must not be.
        edges.sort_by(|one, other| {
            let ends = |edge: &Edge| (vertices.xy(edge.from), vertices.xy(edge.to));
            let (one, other) = (ends(one), ends(other));
            order_of(one.0, other.0).then(order_of(one.1, other.1))
        });
        // A corner on a neighbour's edge was rounded to numbers.
        let tolerance = 2.0 * f64::EPSILON * vertices.magnitude();
        let edges = noded(edges, &mut vertices, tolerance)?;
        let boundary = boundary(edges, &vertices, |n_polygons| n_polygons > 0);
        let areas = polygons(&boundary, &vertices)?;
        Ok(Geometry::xy(assembly::shape(&areas, &[], &[], &vertices, Some(2))))
    }

    fn add_edge(&mut self, (x1, y1): Xy, (x2, y2): Xy, winding: i32) {
        // -0 and 0 are one place.
        let (one, other) = ((x1 + 0.0, y1 + 0.0), (x2 + 0.0, y2 + 0.0));
        let bits = |left: Xy, right: Xy| [left.0.to_bits(), left.1.to_bits(), right.0.to_bits(), right.1.to_bits()];
        if one < other {
            self.add_ends(bits(one, other), winding);
        } else if other < one {
            self.add_ends(bits(other, one), -winding);
        }
    }

    fn add_ends(&mut self, ends: Ends, winding: i32) {
        match self.edges.entry(ends) {
            Entry::Vacant(place) => {
                place.insert(winding);
            }
            Entry::Occupied(mut place) if *place.get() != -winding => *place.get_mut() += winding,
            Entry::Occupied(place) => {
                place.remove();
            }
        }
    }
}

/// The edges between what is inside and what is not, with the inside on the left.
fn boundary(edges: Vec<Edge>, vertices: &Vertices, is_inside: impl Fn(i32) -> bool) -> Vec<(u32, u32)> {
    let edges: Vec<Edge> = edges
        .into_iter()
        .map(|edge| edge::Rising::new(edge, vertices).edge)
        .collect();
    let ends: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let swept = below(&ends, vertices);
    let mut above = vec![0; edges.len()];
    let mut boundary = Vec::new();
    for idx in swept.order {
        let under = swept.below[idx as usize];
        let below = if under == NONE { 0 } else { above[under as usize] };
        let edge = &edges[idx as usize];
        above[idx as usize] = below + edge.roles[0].winding;
        match (is_inside(above[idx as usize]), is_inside(below)) {
            (true, false) => boundary.push((edge.from, edge.to)),
            (false, true) => boundary.push((edge.to, edge.from)),
            _ => {}
        }
    }
    boundary
}
