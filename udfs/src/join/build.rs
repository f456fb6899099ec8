//! The left side of a join, collected and indexed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::NullEquality;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::PhysicalExpr;
use datafusion::physical_plan::spill::get_record_batch_memory_size;

use super::condition::Condition;
use super::geometry_rows::{GeometryRows, RowBounds};
use super::tree::BoxTree;
use crate::geometry::{Bounds, Kind, Wkb};
use crate::measures::distance;
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
    /// Whether the boxes of the tree are points, so that these need not be read.
    pub is_points: bool,
    /// Large geometries by row.
    large: HashMap<u32, LargeGeometry>,
    /// What the partitions of the right side have found.
    pub matches: Arc<Matches>,
    _reservation: MemoryReservation,
}

/// The rows that matched, for joins that give out the others or only these.
#[derive(Debug)]
pub struct Matches {
    matched: Vec<AtomicBool>,
    /// The partitions of the right side that have not ended.
    running: AtomicUsize,
}

impl Matches {
    /// None of so many rows has matched yet.
    pub fn new(plan: &BuildPlan, n_rows: usize) -> Self {
        let n_rows = if plan.tracks_matches { n_rows } else { 0 };
        Self {
            matched: (0..n_rows).map(|_| AtomicBool::new(false)).collect(),
            running: AtomicUsize::new(plan.n_probes),
        }
    }

    /// Notes that a row has matched.
    pub fn note(&self, row: u32) {
        if let Some(matched) = self.matched.get(row as usize) {
            matched.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a row has matched. Only known for sure when all partitions have ended.
    pub fn has(&self, row: u32) -> bool {
        self.matched
            .get(row as usize)
            .is_some_and(|matched| matched.load(Ordering::Relaxed))
    }

    /// Notes that a partition has ended; true for the last one.
    pub fn end_partition(&self) -> bool {
        self.running.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

/// The edges of a geometry that is compared often.
#[derive(Debug, Default)]
struct LargeGeometry {
    uses: AtomicU32,
    edges: OnceLock<EdgeIndex>,
}

/// Rows of the left side with what can be told of them by themselves.
#[derive(Debug)]
pub struct LeftRows {
    /// The rows as they came.
    pub batch: RecordBatch,
    geometries: GeometryRows,
    keys: Option<Keys>,
    is_points: bool,
    /// Rows with large geometries.
    large: Vec<u32>,
}

/// Rows that are being collected.
pub struct Collecting {
    plan: BuildPlan,
    collected: Vec<LeftRows>,
    n_rows: u32,
    reservation: MemoryReservation,
}

/// What must be known to collect rows.
#[derive(Clone, Debug)]
pub struct BuildPlan {
    /// The join's condition.
    pub condition: Condition,
    /// What makes the keys comparable; `None` without equal keys.
    pub converter: Option<Arc<RowConverter>>,
    /// Whether the join must know which rows matched.
    pub tracks_matches: bool,
    /// The number of partitions that ask.
    pub n_probes: usize,
}

impl LeftRows {
    /// Looks at the rows of a batch.
    ///
    /// # Errors
    ///
    /// When an expression fails, or bytes are no geometry.
    pub fn look_at(batch: RecordBatch, plan: &BuildPlan) -> Result<Self> {
        let geometries = GeometryRows::evaluate(&plan.condition.left, &batch)?;
        let keys = match &plan.converter {
            Some(converter) => Some(keys(converter, plan.condition.on.iter().map(|(left, _)| left), &batch)?),
            None => None,
        };
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
            keys,
            is_points,
            large,
        })
    }
}

impl Collecting {
    /// Begins to collect.
    pub fn new(plan: BuildPlan, reservation: MemoryReservation) -> Self {
        Self {
            plan,
            collected: Vec::new(),
            n_rows: 0,
            reservation,
        }
    }

    /// Takes rows.
    ///
    /// # Errors
    ///
    /// [`DataFusionError::ResourcesExhausted`] when there is no memory for them; they are not taken then.
    pub fn push(&mut self, rows: LeftRows) -> Result<()> {
        let n_rows = rows.batch.num_rows();
        if n_rows == 0 {
            return Ok(());
        }
        let all_rows = u32::try_from(n_rows)
            .ok()
            .and_then(|n_rows| self.n_rows.checked_add(n_rows));
        let all_rows = all_rows.ok_or_else(|| {
            DataFusionError::ResourcesExhausted(
                "the smaller side of a spatial join has more than 4 billion rows".to_owned(),
            )
        })?;
        let tree_bytes = n_rows * (BoxTree::ROW_BYTES + usize::from(self.plan.tracks_matches));
        let key_bytes = rows.keys.as_ref().map_or(0, Keys::memory_bytes);
        self.reservation.try_grow(
            get_record_batch_memory_size(&rows.batch) + rows.geometries.memory_bytes() + key_bytes + tree_bytes,
        )?;
        self.n_rows = all_rows;
        self.collected.push(rows);
        Ok(())
    }

    /// The bytes that the rows take so far.
    pub fn memory_bytes(&self) -> usize {
        self.reservation.size()
    }

    /// Gives the rows back, and their memory.
    pub fn into_batches(self) -> Vec<RecordBatch> {
        self.collected.into_iter().map(|rows| rows.batch).collect()
    }

    /// Indexes the rows; `matches` are those that were found among the same rows before.
    pub fn finish(self, matches: Option<Arc<Matches>>) -> BuildSide {
        let reach = self.plan.condition.predicate.reach();
        let n_rows = self.n_rows as usize;
        let mut boxes: Vec<(u32, Bounds)> = Vec::with_capacity(n_rows);
        let mut starts = vec![0];
        let mut build = BuildSide {
            tree: BoxTree::new(&[]),
            batches: Vec::new(),
            geometries: Vec::new(),
            starts: Vec::new(),
            empty_rows: Vec::new(),
            keys: self.plan.converter.as_ref().map(|_| Vec::new()),
            is_points: reach == 0.0,
            large: HashMap::new(),
            matches: matches.unwrap_or_else(|| Arc::new(Matches::new(&self.plan, n_rows))),
            _reservation: self.reservation,
        };
        let mut start = 0;
        for rows in self.collected {
            let mut end = start;
            for idx in 0..rows.geometries.len() {
                match rows.geometries.bounds(idx) {
                    RowBounds::Some(bounds) => boxes.push((end, bounds.grown(reach))),
                    RowBounds::Empty => build.empty_rows.push(end),
                    RowBounds::Null => {}
                }
                end += 1;
            }
            let large = rows
                .large
                .into_iter()
                .map(|row| (start + row, LargeGeometry::default()));
            build.large.extend(large);
            build.is_points &= rows.is_points;
            build.batches.push(rows.batch);
            build.geometries.push(rows.geometries);
            if let (Some(all), Some(keys)) = (&mut build.keys, rows.keys) {
                all.push(keys);
            }
            start = end;
            starts.push(start);
        }
        build.starts = starts;
        build.tree = BoxTree::new(&boxes);
        build
    }
}

impl BuildSide {
    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    /// The batch of a row, and its place there.
    pub fn place(&self, row: u32) -> (usize, usize) {
        let batch = self.starts.partition_point(|start| *start <= row) - 1;
        (batch, (row - self.starts[batch]) as usize)
    }

    /// The distance of a row's geometry to another one; `None` when one is EMPTY.
    ///
    /// # Errors
    ///
    /// When a coordinate is not finite.
    pub fn distance(&self, row: u32, other: &Wkb<'_>) -> Result<Option<f64>> {
        let (batch, idx) = self.place(row);
        let wkb = self.geometries[batch].wkb(idx)?;
        distance(&wkb, other).map_err(super::geometry_rows::execution)
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
