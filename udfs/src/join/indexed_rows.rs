//! Rows with an index of where their geometries are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use datafusion::error::Result;
use datafusion::physical_plan::PhysicalExpr;
use datafusion::physical_plan::spill::get_record_batch_memory_size;

use super::condition::Condition;
use super::geometry_rows::{GeometryRows, RowBounds, execution};
use super::predicate::SpatialPredicate;
use super::tree::BoxTree;
use crate::geometry::{Bounds, Kind, Wkb};
use crate::measures::distance;
use crate::relations::EdgeIndex;

/// A left geometry with so many coordinates gets an index of its edges when it is compared often.
const LARGE_COORDS: usize = 64;

/// How often is often.
const USES_BEFORE_INDEX: u32 = 8;

/// Rows with an index of where their geometries are, for any join: what is asked of them is not part of it.
#[derive(Debug)]
pub struct IndexedRows {
    batches: Vec<RecordBatch>,
    geometries: Vec<GeometryRows>,
    /// The number of the first row of each batch, and behind the last batch that of all rows.
    starts: Vec<u32>,
    /// The rows that have bounds.
    tree: BoxTree,
    /// The rows whose geometry is EMPTY.
    empty_rows: Vec<u32>,
    /// Whether the boxes of the tree are points, so that these need not be read.
    is_points: bool,
    /// Large geometries by row.
    large: HashMap<u32, LargeGeometry>,
}

/// The edges of a geometry that is compared often.
#[derive(Debug, Default)]
struct LargeGeometry {
    uses: AtomicU32,
    edges: OnceLock<EdgeIndex>,
}

/// Rows of which the geometries were looked at.
#[derive(Debug)]
pub struct JudgedRows {
    /// The rows as they came.
    pub batch: RecordBatch,
    geometries: GeometryRows,
    is_points: bool,
    /// Rows with large geometries.
    large: Vec<u32>,
}

impl JudgedRows {
    /// Looks at the geometries of a batch.
    ///
    /// # Errors
    ///
    /// When the expression fails, or bytes are no geometry.
    pub fn new(geometry: &Arc<dyn PhysicalExpr>, batch: RecordBatch) -> Result<Self> {
        let geometries = GeometryRows::evaluate(geometry, &batch)?;
        let mut is_points = true;
        let mut large = Vec::new();
        for (number, row) in (0..).zip(0..geometries.len()) {
            if matches!(geometries.bounds(row), RowBounds::Null) {
                continue;
            }
            let wkb = geometries.wkb(row)?;
            if wkb.kind() != Kind::Point {
                is_points = false;
                if EdgeIndex::n_coords(&wkb) >= LARGE_COORDS {
                    large.push(number);
                }
            }
        }
        Ok(Self {
            batch,
            geometries,
            is_points,
            large,
        })
    }

    /// The bytes that they take, and those that their index will.
    pub fn memory_bytes(&self) -> usize {
        let tree_bytes = self.batch.num_rows() * BoxTree::ROW_BYTES;
        get_record_batch_memory_size(&self.batch) + self.geometries.memory_bytes() + tree_bytes
    }
}

impl IndexedRows {
    /// Indexes rows by a geometry of each, an expression over their columns.
    ///
    /// # Errors
    ///
    /// When the expression fails, or bytes are no geometry.
    pub fn new(geometry: &Arc<dyn PhysicalExpr>, batches: Vec<RecordBatch>) -> Result<Self> {
        let judged = batches.into_iter().map(|batch| JudgedRows::new(geometry, batch));
        Ok(Self::of_judged(judged.collect::<Result<Vec<_>>>()?))
    }

    /// Indexes rows that were looked at.
    pub(super) fn of_judged(all: impl IntoIterator<Item = JudgedRows>) -> Self {
        let mut boxes: Vec<(u32, Bounds)> = Vec::new();
        let mut indexed = Self {
            batches: Vec::new(),
            geometries: Vec::new(),
            starts: vec![0],
            tree: BoxTree::new(&[]),
            empty_rows: Vec::new(),
            is_points: true,
            large: HashMap::new(),
        };
        let mut start = 0;
        for rows in all {
            let mut end = start;
            for idx in 0..rows.geometries.len() {
                match rows.geometries.bounds(idx) {
                    RowBounds::Some(bounds) => boxes.push((end, bounds)),
                    RowBounds::Empty => indexed.empty_rows.push(end),
                    RowBounds::Null => {}
                }
                end += 1;
            }
            let large = rows.large.into_iter();
            indexed
                .large
                .extend(large.map(|row| (start + row, LargeGeometry::default())));
            indexed.is_points &= rows.is_points;
            indexed.batches.push(rows.batch);
            indexed.geometries.push(rows.geometries);
            start = end;
            indexed.starts.push(start);
        }
        indexed.tree = BoxTree::new(&boxes);
        indexed
    }

    /// The rows, as they came.
    #[must_use]
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// The rows that have bounds.
    pub(super) fn tree(&self) -> &BoxTree {
        &self.tree
    }

    /// The rows whose geometry is EMPTY.
    pub(super) fn empty_rows(&self) -> &[u32] {
        &self.empty_rows
    }

    /// Whether the boxes of the tree are points, so that these need not be read.
    pub(super) fn is_points(&self) -> bool {
        self.is_points
    }

    /// The number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    /// The batch of a row, and its place there.
    pub(super) fn place(&self, row: u32) -> (usize, usize) {
        let batch = self.starts.partition_point(|start| *start <= row) - 1;
        (batch, (row - self.starts[batch]) as usize)
    }

    /// The distance of a row's geometry to another one; `None` when one is EMPTY.
    ///
    /// # Errors
    ///
    /// When a coordinate is not finite.
    pub(super) fn distance(&self, row: u32, other: &Wkb<'_>) -> Result<Option<f64>> {
        let (batch, idx) = self.place(row);
        let wkb = self.geometries[batch].wkb(idx)?;
        distance(&wkb, other).map_err(execution)
    }

    /// Whether the predicate holds from a row that the tree has found to a geometry of the other side.
    pub(super) fn holds(
        &self,
        condition: &Condition,
        row: u32,
        other: &Wkb<'_>,
        other_bounds: &Bounds,
    ) -> Result<bool> {
        let (batch, idx) = self.place(row);
        let of_batch = &self.geometries[batch];
        let RowBounds::Some(bounds) = of_batch.bounds(idx) else {
            return Ok(false);
        };
        let wkb = of_batch.wkb(idx)?;
        if let (Some(large), SpatialPredicate::Related(relation)) = (self.large.get(&row), condition.predicate) {
            if !relation.is_possible(&bounds, other_bounds) {
                return Ok(false);
            }
            if large.uses.fetch_add(1, Ordering::Relaxed) >= USES_BEFORE_INDEX {
                let edges = large.edges.get_or_init(|| EdgeIndex::new(&wkb, bounds));
                return edges.holds(relation, &wkb, other, other_bounds).map_err(execution);
            }
        }
        condition
            .predicate
            .holds(&wkb, &bounds, other, other_bounds)
            .map_err(execution)
    }
}
