//! A packed R-tree over boxes, asked without allocating, for one row or for some that are near each other.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use geo_index::indices::MutableIndices;
use geo_index::rtree::sort::{Sort, SortParams};
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};

use crate::geometry::Bounds;
use crate::hilbert::{ORDER, hilbert_index_within};

/// Numbers of a box.
const SIDES: usize = 4;

/// Boxes that others can be asked to look at one by one.
const FEW_BOXES: usize = 256;

/// A packed Hilbert R-tree.
#[derive(Debug)]
pub struct BoxTree {
    tree: Option<RTree<f64>>,
    /// The rows of the boxes, in the order in which they were added.
    rows: Vec<u32>,
}

impl BoxTree {
    /// Bytes that a row takes while the tree is made: its box twice, and the box in the tree.
    pub const ROW_BYTES: usize = 3 * size_of::<(u32, Bounds)>();

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
        let mut rows = Vec::with_capacity(boxes.len());
        for idx in near_each_other(boxes) {
            let (row, bounds) = boxes[idx];
            builder.add(bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax);
            rows.push(row);
        }
        Self {
            tree: Some(builder.finish::<AsAdded>()),
            rows,
        }
    }

    /// The boxes of the lowest level that has few of them; all boxes lie within these.
    pub fn bounds(&self) -> Vec<Bounds> {
        let Some(tree) = &self.tree else {
            return Vec::new();
        };
        let boxes = tree.boxes();
        let mut start = 0;
        for end in tree.level_bounds() {
            if end - start <= FEW_BOXES * SIDES {
                let level = boxes[start..*end].as_chunks::<SIDES>().0;
                return level
                    .iter()
                    .map(|[xmin, ymin, xmax, ymax]| Bounds::of_corners((*xmin, *ymin), (*xmax, *ymax)))
                    .collect();
            }
            start = *end;
        }
        Vec::new()
    }

    /// Calls for every box that intersects the bounds, with its row and its least corner.
    pub fn search(&self, bounds: &Bounds, nearby: &mut Nearby, found: impl FnMut(u32, (f64, f64))) {
        self.gather(bounds, nearby, usize::MAX);
        self.search_nearby(bounds, nearby, found);
    }

    /// Gathers the leaves that bounds within a window may reach; false when there are more than `most`.
    pub fn gather(&self, window: &Bounds, nearby: &mut Nearby, most: usize) -> bool {
        let Nearby { leaves, open } = nearby;
        leaves.clear();
        let Some(tree) = &self.tree else {
            return true;
        };
        let (boxes, indices, levels) = (tree.boxes(), tree.indices(), tree.level_bounds());
        let node_len = usize::from(tree.node_size()) * SIDES;
        let items_end = self.rows.len() * SIDES;
        open.clear();
        match boxes.len().checked_sub(SIDES) {
            Some(root) if root >= items_end => open.push(root),
            _ => leaves.push(Leaf {
                sides: [window.xmin, window.ymin, window.xmax, window.ymax],
                start: 0,
                end: items_end,
            }),
        }
        while let Some(node) = open.pop() {
            let level_end = levels.iter().find(|end| **end > node).copied().unwrap_or(boxes.len());
            let end = (node + node_len).min(level_end);
            for (idx, child) in boxes[node..end].as_chunks::<SIDES>().0.iter().enumerate() {
                if !is_met(child, window) {
                    continue;
                }
                let target = indices.get(node / SIDES + idx);
                if target >= items_end {
                    open.push(target);
                } else if leaves.len() == most {
                    return false;
                } else {
                    leaves.push(Leaf {
                        sides: *child,
                        start: target,
                        end: (target + node_len).min(items_end),
                    });
                }
            }
        }
        true
    }

    /// Visits boxes from the nearest to the farthest of the bounds, each with its row and its distance, until the visitor breaks.
    ///
    /// # Errors
    ///
    /// The visitor's.
    ///
    /// # Source
    ///
    /// G. R. Hjaltason and H. Samet, "Distance browsing in spatial databases", 1999.
    pub fn nearest<E>(
        &self,
        bounds: &Bounds,
        mut visit: impl FnMut(u32, f64) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let Some(tree) = &self.tree else {
            return Ok(());
        };
        let (boxes, indices, levels) = (tree.boxes(), tree.indices(), tree.level_bounds());
        let node_len = usize::from(tree.node_size()) * SIDES;
        let items_end = self.rows.len() * SIDES;
        let way = |place: usize| Way {
            distance: distance(&boxes[place..place + SIDES], bounds),
            place,
        };
        let mut ways = BinaryHeap::new();
        match boxes.len().checked_sub(SIDES) {
            Some(root) if root >= items_end => ways.push(way(root)),
            _ => ways.extend((0..items_end).step_by(SIDES).map(way)),
        }
        while let Some(Way { distance, place }) = ways.pop() {
            let target = indices.get(place / SIDES);
            if place < items_end {
                if visit(self.rows[target], distance)?.is_break() {
                    return Ok(());
                }
                continue;
            }
            let level_end = levels.iter().find(|end| **end > target).copied().unwrap_or(boxes.len());
            let end = (target + node_len).min(level_end);
            ways.extend((target..end).step_by(SIDES).map(way));
        }
        Ok(())
    }

    /// As [`BoxTree::search`], for bounds within the window of which the leaves were gathered.
    pub fn search_nearby(&self, bounds: &Bounds, nearby: &Nearby, mut found: impl FnMut(u32, (f64, f64))) {
        let Some(tree) = &self.tree else {
            return;
        };
        let (boxes, indices) = (tree.boxes(), tree.indices());
        for leaf in nearby.leaves.iter().filter(|leaf| is_met(&leaf.sides, bounds)) {
            for (idx, child) in boxes[leaf.start..leaf.end].as_chunks::<SIDES>().0.iter().enumerate() {
                if is_met(child, bounds) {
                    found(self.rows[indices.get(leaf.start / SIDES + idx)], (child[0], child[1]));
                }
            }
        }
    }
}

/// A box or node on the way to the nearest boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Way {
    distance: f64,
    /// Where its box is among the numbers of all boxes.
    place: usize,
}

impl Eq for Way {}

impl Ord for Way {
    /// The nearest is the greatest, as a heap wants it.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .distance
            .total_cmp(&self.distance)
            .then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Way {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Leaves of a tree that rows near each other share, and scratch space.
#[derive(Debug, Default)]
pub struct Nearby {
    leaves: Vec<Leaf>,
    open: Vec<usize>,
}

#[derive(Debug)]
struct Leaf {
    sides: [f64; SIDES],
    /// Where its boxes are among the numbers of all boxes.
    start: usize,
    end: usize,
}

/// The order of boxes in which those near each other follow each other: that of their middles along a Hilbert curve.
fn near_each_other(boxes: &[(u32, Bounds)]) -> impl Iterator<Item = usize> {
    let mut extent = Bounds::NOTHING;
    for (_, bounds) in boxes {
        extent.add_bounds(bounds);
    }
    // A number that holds both sorts faster than a box, or a number of one by its place.
    let places = (0_u32..).zip(boxes).map(|(idx, (_, bounds))| {
        let (x, y) = bounds.middle();
        let place = hilbert_index_within(x, y, &extent) >> (2 * ORDER - u32::BITS);
        (place << u32::BITS) | u64::from(idx)
    });
    let mut places: Vec<u64> = places.collect();
    places.sort_unstable();
    places
        .into_iter()
        .map(|place| place & u64::from(u32::MAX))
        .filter_map(|idx| usize::try_from(idx).ok())
}

/// Leaves boxes in the order in which they were added.
struct AsAdded;

impl Sort<f64> for AsAdded {
    fn sort(_: &mut SortParams<f64>, _: &mut [f64], _: &mut MutableIndices) {}
}

/// The distance of a box, given by its least and greatest corner, to bounds.
fn distance(sides: &[f64], bounds: &Bounds) -> f64 {
    Bounds::of_corners((sides[0], sides[1]), (sides[2], sides[3])).distance(bounds)
}

/// Whether a box, given by its least and greatest corner, intersects bounds. Without branches: which of the four comparisons
/// fails cannot be foretold.
#[inline]
#[expect(
    clippy::needless_bitwise_bool,
    reason = "measured: a third of the time of a join of points"
)]
fn is_met(sides: &[f64; SIDES], bounds: &Bounds) -> bool {
    (bounds.xmax >= sides[0]) & (bounds.ymax >= sides[1]) & (bounds.xmin <= sides[2]) & (bounds.ymin <= sides[3])
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
            tree.search(&asked, &mut Nearby::default(), |row, _| found.push(row));
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
