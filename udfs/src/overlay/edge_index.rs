//! Edges by where they are.

use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};

use super::vertices::Xy;
use crate::geometry::Bounds;

/// Up to so many edges, looking at each is faster than a tree.
const FEW_EDGES: usize = 48;

/// Finds the edges whose bounds intersect others.
#[derive(Debug)]
pub enum EdgeIndex {
    /// The bounds of each edge.
    Few(Vec<Bounds>),
    /// A packed tree of bounds.
    Many(RTree<f64>),
}

impl EdgeIndex {
    /// The index of edges, which are found by their place in the order that they come in.
    pub fn new(edges: impl ExactSizeIterator<Item = (Xy, Xy)>) -> Self {
        let n_edges = edges.len();
        let bounds = edges.map(|(start, end)| Bounds::of_corners(start, end));
        if n_edges <= FEW_EDGES {
            return Self::Few(bounds.collect());
        }
        let mut builder = RTreeBuilder::new(u32::try_from(n_edges).unwrap_or(u32::MAX));
        for bounds in bounds {
            builder.add(bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax);
        }
        Self::Many(builder.finish::<HilbertSort>())
    }

    /// The edges whose bounds intersect the given ones.
    pub fn near(&self, bounds: &Bounds) -> Vec<u32> {
        match self {
            Self::Few(edges) => {
                let near = (0_u32..).zip(edges).filter(|(_, edge)| edge.intersects(bounds));
                near.map(|(idx, _)| idx).collect()
            }
            Self::Many(tree) => tree.search(bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax),
        }
    }
}
