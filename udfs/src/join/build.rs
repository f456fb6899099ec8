//! The left side of a join, collected and indexed.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::NullEquality;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::{PhysicalExpr, SendableRecordBatchStream};
use futures::StreamExt;
use std::sync::Arc;

use super::condition::Condition;
use super::geometry_rows::{GeometryRows, RowBounds};
use super::tree::BoxTree;
use crate::geometry::{Bounds, Wkb};
use crate::relations::EdgeIndex;

/// A left geometry with so many coordinates gets an index of its edges when it is compared often.
const LARGE_COORDS: usize = 64;

/// How often is often.
const USES_BEFORE_INDEX: u32 = 8;

/// The collected side.
#[derive(Debug)]
pub struct BuildSide {
    /// Its rows, as they came.
    pub batches: Vec<RecordBatch>,
    geometries: Vec<GeometryRows>,
    /// The number of the first row of each batch, and behind the last batch that of all rows.
    starts: Vec<u32>,
    /// The rows that have bounds, grown by the reach of the predicate.
    pub tree: BoxTree,
    /// The rows whose geometry is EMPTY.
    pub empty_rows: Vec<u32>,
    /// The keys of each batch; `None` without equal keys.
    pub keys: Option<Vec<Keys>>,
    /// Large geometries by row.
    large: HashMap<u32, LargeGeometry>,
    /// The rows that matched, for joins that give out the others or only these.
    matched: Vec<AtomicBool>,
    /// The partitions of the right side that have not ended.
    running: AtomicUsize,
    _reservation: MemoryReservation,
}

/// The edges of a geometry that is compared often.
#[derive(Debug, Default)]
struct LargeGeometry {
    uses: AtomicU32,
    edges: OnceLock<EdgeIndex>,
}

impl BuildSide {
    /// Collects the rows of a stream.
    ///
    /// `tracks_matches` is for joins that must know which rows matched; `n_probes` is the number of partitions that ask.
    pub async fn collect(
        mut rows: SendableRecordBatchStream,
        condition: Condition,
        converter: Option<Arc<RowConverter>>,
        tracks_matches: bool,
        n_probes: usize,
        reservation: MemoryReservation,
    ) -> Result<Self> {
        let mut batches = Vec::new();
        let mut geometries = Vec::new();
        let mut all_keys = converter.as_ref().map(|_| Vec::new());
        let mut starts = vec![0_u32];
        let mut n_rows = 0_usize;
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            let of_batch = GeometryRows::evaluate(&condition.left, &batch)?;
            reservation.try_grow(batch.get_array_memory_size() + of_batch.memory_bytes())?;
            if let (Some(all_keys), Some(converter)) = (&mut all_keys, &converter) {
                let of_batch = keys(converter, condition.on.iter().map(|(left, _)| left), &batch)?;
                reservation.try_grow(of_batch.memory_bytes())?;
                all_keys.push(of_batch);
            }
            n_rows += batch.num_rows();
            starts.push(u32::try_from(n_rows).map_err(|_| {
                DataFusionError::ResourcesExhausted(
                    "the smaller side of a spatial join has more than 4 billion rows".to_owned(),
                )
            })?);
            batches.push(batch);
            geometries.push(of_batch);
        }
        let reach = condition.predicate.reach();
        let mut boxes: Vec<(u32, Bounds)> = Vec::new();
        let mut empty_rows = Vec::new();
        let mut large = HashMap::new();
        // Boxes and tree: three times as many numbers as there are rows with bounds.
        reservation.try_grow(n_rows * 3 * size_of::<(u32, Bounds)>() + n_rows * usize::from(tracks_matches))?;
        for (start, of_batch) in starts.iter().zip(&geometries) {
            for (row, idx) in (*start..).zip(0..of_batch.len()) {
                match of_batch.bounds(idx) {
                    RowBounds::Some(bounds) => boxes.push((row, bounds.grown(reach))),
                    RowBounds::Empty => empty_rows.push(row),
                    RowBounds::Null => continue,
                }
                if EdgeIndex::n_coords(&of_batch.wkb(idx)?) >= LARGE_COORDS {
                    large.insert(row, LargeGeometry::default());
                }
            }
        }
        let tree = BoxTree::new(&boxes);
        Ok(Self {
            batches,
            geometries,
            starts,
            tree,
            empty_rows,
            keys: all_keys,
            large,
            matched: (0..if tracks_matches { n_rows } else { 0 })
                .map(|_| AtomicBool::new(false))
                .collect(),
            running: AtomicUsize::new(n_probes),
            _reservation: reservation,
        })
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    /// The batch of a row, and its place there.
    pub fn place(&self, row: u32) -> (usize, usize) {
        let batch = self.starts.partition_point(|start| *start <= row) - 1;
        (batch, (row - self.starts[batch]) as usize)
    }

    /// Whether the predicate holds from a row that the tree has found to a geometry of the other side.
    pub fn holds(&self, condition: &Condition, row: u32, other: &Wkb<'_>, other_bounds: &Bounds) -> Result<bool> {
        let (batch, idx) = self.place(row);
        let of_batch = &self.geometries[batch];
        let RowBounds::Some(bounds) = of_batch.bounds(idx) else {
            return Ok(false);
        };
        let wkb = of_batch.wkb(idx)?;
        if let (Some(large), super::SpatialPredicate::Related(relation)) = (self.large.get(&row), condition.predicate) {
            if !relation.is_possible(&bounds, other_bounds) {
                return Ok(false);
            }
            if large.uses.fetch_add(1, Ordering::Relaxed) >= USES_BEFORE_INDEX {
                let edges = large.edges.get_or_init(|| EdgeIndex::new(&wkb, bounds));
                return edges
                    .holds(relation, &wkb, other, other_bounds)
                    .map_err(super::geometry_rows::execution);
            }
        }
        condition
            .predicate
            .holds(&wkb, &bounds, other, other_bounds)
            .map_err(super::geometry_rows::execution)
    }

    /// Notes that a row has matched.
    pub fn note_match(&self, row: u32) {
        if let Some(matched) = self.matched.get(row as usize) {
            matched.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a row has matched. Only known for sure when all partitions have ended.
    pub fn has_matched(&self, row: u32) -> bool {
        self.matched
            .get(row as usize)
            .is_some_and(|matched| matched.load(Ordering::Relaxed))
    }

    /// Notes that a partition has ended; true for the last one.
    pub fn end_partition(&self) -> bool {
        self.running.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

/// A converter that makes keys comparable; `None` without keys.
pub fn key_converter(condition: &Condition, left: &arrow::datatypes::Schema) -> Result<Option<Arc<RowConverter>>> {
    if condition.on.is_empty() {
        return Ok(None);
    }
    let mut fields = Vec::new();
    for (key, _) in &condition.on {
        fields.push(SortField::new(key.data_type(left)?));
    }
    Ok(Some(Arc::new(RowConverter::new(fields)?)))
}

/// The keys of each row, comparable.
pub fn keys<'a>(
    converter: &RowConverter,
    exprs: impl Iterator<Item = &'a Arc<dyn PhysicalExpr>>,
    batch: &RecordBatch,
) -> Result<Keys> {
    let mut columns: Vec<ArrayRef> = Vec::new();
    for expr in exprs {
        columns.push(expr.evaluate(batch)?.into_array(batch.num_rows())?);
    }
    let has_null = |row: usize| columns.iter().any(|column| column.is_null(row));
    let nulls = (0..batch.num_rows()).map(has_null).collect();
    Ok(Keys {
        rows: converter.convert_columns(&columns)?,
        nulls,
    })
}

/// The keys of the rows of a batch.
#[derive(Debug)]
pub struct Keys {
    rows: Rows,
    /// Whether one of a row's keys is NULL.
    nulls: Vec<bool>,
}

impl Keys {
    /// Whether the keys of a row equal those of a row of other keys.
    pub fn are_equal(&self, row: usize, other: &Self, other_row: usize, nulls: NullEquality) -> bool {
        self.rows.row(row) == other.rows.row(other_row) && (nulls == NullEquality::NullEqualsNull || !self.nulls[row])
    }

    fn memory_bytes(&self) -> usize {
        self.rows.size() + self.nulls.capacity()
    }
}
