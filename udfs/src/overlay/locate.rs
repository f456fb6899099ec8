//! Whether points lie on the lines and in the areas of two geometries.

use super::edge::Edge;
use super::edge_index::EdgeIndex;
use super::vertices::{Vertices, Xy};
use crate::geometry::Bounds;
use crate::relations::intersects::is_on_edge;
use crate::relations::position::side_of;

/// The edges of two geometries, for looking up points.
#[derive(Debug)]
pub struct Locator<'a> {
    edges: &'a [Edge],
    vertices: &'a Vertices,
    index: EdgeIndex,
}

impl<'a> Locator<'a> {
    /// Edges may cross: those that came in tell more exactly than the cut ones, whose ends are rounded.
    pub fn new(edges: &'a [Edge], vertices: &'a Vertices) -> Self {
        let index = EdgeIndex::new(edges.iter().map(|edge| (vertices.xy(edge.from), vertices.xy(edge.to))));
        Self { edges, vertices, index }
    }

    /// For each geometry whether the point lies on a line, on a ring or in an area of it.
    pub fn covers(&self, point: Xy) -> [bool; 2] {
        let mut is_on = [false; 2];
        let mut windings = [0; 2];
        let ray = Bounds {
            xmin: point.0,
            ymin: point.1,
            xmax: f64::INFINITY,
            ymax: point.1,
        };
        for idx in self.index.near(&ray) {
            let edge = &self.edges[idx as usize];
            let (start, end) = (self.vertices.xy(edge.from), self.vertices.xy(edge.to));
            if is_on_edge(point, start, end) {
                for (is_on, role) in is_on.iter_mut().zip(&edge.roles) {
                    *is_on |= role.is_line || role.is_ring;
                }
            }
            // A ray to the right, on half-open edges: an edge upward has its left side towards the point.
            let is_up = start.1 <= point.1 && end.1 > point.1;
            let is_down = end.1 <= point.1 && start.1 > point.1;
            let side = side_of(start, end, point);
            for (winding, role) in windings.iter_mut().zip(&edge.roles) {
                if is_up && side > 0.0 {
                    *winding += role.winding;
                } else if is_down && side < 0.0 {
                    *winding -= role.winding;
                }
            }
        }
        [0, 1].map(|side| is_on[side] || windings[side] > 0)
    }
}
