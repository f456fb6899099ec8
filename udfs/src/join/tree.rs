//! A packed R-tree over boxes, asked without allocating.

use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};

use crate::geometry::Bounds;

/// Numbers of a box.
const SIDES: usize = 4;

/// A packed Hilbert R-tree.
#[derive(Debug)]
pub struct BoxTree {
    tree: Option<RTree<f64>>,
    /// The rows of the boxes, in the order in which they were added.
    rows: Vec<u32>,
}

impl BoxTree {
    /// The tree of these rows with their bounds.
    pub fn new(boxes: &[(u32, Bounds)]) -> Self {
        let count = u32::try_from(boxes.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Self {
                tree: None,
                rows: Vec::new(),
            };
        }
        let mut builder = RTreeBuilder::<f64>::new(count);
        for (_, bounds) in boxes {
            builder.add(bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax);
        }
        Self {
            tree: Some(builder.finish::<HilbertSort>()),
            rows: boxes.iter().map(|(row, _)| *row).collect(),
        }
    }

    /// Calls for the row of every box that intersects the bounds. `open` is scratch space.
    pub fn search(&self, bounds: &Bounds, open: &mut Vec<usize>, mut found: impl FnMut(u32)) {
        let Some(tree) = &self.tree else {
            return;
        };
        let boxes = tree.boxes();
        let indices = tree.indices();
        let levels = tree.level_bounds();
        let node_len = usize::from(tree.node_size()) * SIDES;
        let leaves_end = self.rows.len() * SIDES;
        open.clear();
        open.extend(boxes.len().checked_sub(SIDES));
        while let Some(node) = open.pop() {
            let level_end = levels.iter().find(|end| **end > node).copied().unwrap_or(boxes.len());
            let end = (node + node_len).min(level_end);
            let children = boxes.get(node..end).unwrap_or_default();
            for (idx, child) in children.chunks_exact(SIDES).enumerate() {
                if bounds.xmax < child[0] || bounds.ymax < child[1] || bounds.xmin > child[2] || bounds.ymin > child[3]
                {
                    continue;
                }
                let target = indices.get(node / SIDES + idx);
                if node >= leaves_end {
                    open.push(target);
                } else {
                    found(self.rows[target]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_box_that_intersects_is_found_once() {
        let boxes: Vec<(u32, Bounds)> = (0..1000_u32)
            .map(|n| {
                let (x, y) = (f64::from(n % 37), f64::from(n % 23));
                (n * 2, Bounds::of_corners((x, y), (x + 1.5, y + 0.5)))
            })
            .collect();
        let tree = BoxTree::new(&boxes);
        for n in 0..200_u32 {
            let (x, y) = (f64::from(n % 40) - 1.25, f64::from(n % 29) - 2.5);
            let asked = Bounds::of_corners((x, y), (x + f64::from(n % 5), y + f64::from(n % 3)));
            let mut found = Vec::new();
            tree.search(&asked, &mut Vec::new(), |row| found.push(row));
            found.sort_unstable();
            let expected: Vec<u32> = boxes
                .iter()
                .filter(|(_, bounds)| bounds.intersects(&asked))
                .map(|(row, _)| *row)
                .collect();
            assert_eq!(found, expected, "{asked:?}");
        }
    }
}
