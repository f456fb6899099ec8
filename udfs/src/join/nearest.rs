//! The rows that are nearest to a geometry.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use datafusion::error::Result;

use super::indexed_rows::IndexedRows;
use crate::geometry::{Bounds, Wkb};

/// Distances of boxes are rounded otherwise than those of geometries: a hair further loses nothing.
const ROUNDING: f64 = 1e-12;

/// A row that was found, by its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    distance: f64,
    row: u32,
}

impl Eq for Found {}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.row.cmp(&other.row))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Finds so many rows that are nearest to a geometry, among those that a test is true for; the nearest comes first, and of rows at
/// the same distance the one that came first. Gives how many geometries were compared, too.
///
/// # Errors
///
/// When a coordinate is not finite.
pub fn nearest(
    build: &IndexedRows,
    count: usize,
    other: &Wkb<'_>,
    bounds: &Bounds,
    mut is_among: impl FnMut(u32) -> bool,
) -> Result<(Vec<u32>, usize)> {
    // The farthest is on top.
    let mut found: BinaryHeap<Found> = BinaryHeap::new();
    let mut n_comparisons = 0;
    build.tree().nearest(bounds, |row, box_distance| {
        let farthest = found.peek().filter(|_| found.len() == count);
        if farthest.is_some_and(|farthest| box_distance > farthest.distance * (1.0 + ROUNDING)) {
            return Ok(ControlFlow::Break(()));
        }
        if is_among(row) {
            n_comparisons += 1;
            if let Some(distance) = build.distance(row, other)? {
                found.push(Found { distance, row });
            }
            if found.len() > count {
                found.pop();
            }
        }
        Ok::<_, datafusion::error::DataFusionError>(ControlFlow::Continue(()))
    })?;
    let rows = found.into_sorted_vec().into_iter().map(|found| found.row);
    Ok((rows.collect(), n_comparisons))
}
