//! The left side of a join, collected and indexed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::NullEquality;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::PhysicalExpr;

use super::condition::Condition;
use super::indexed_rows::{IndexedRows, JudgedRows};

/// The collected side, as one join sees it.
#[derive(Debug)]
pub struct BuildSide {
    /// Its rows.
    pub rows: Arc<IndexedRows>,
    /// The keys of each batch; `None` without equal keys.
    pub keys: Option<Vec<Keys>>,
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

/// Rows of the left side with what can be told of them by themselves.
#[derive(Debug)]
pub struct LeftRows {
    /// The rows, and where their geometries are.
    pub judged: JudgedRows,
    keys: Option<Keys>,
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
        let keys = match &plan.converter {
            Some(converter) => Some(keys(converter, plan.condition.on.iter().map(|(left, _)| left), &batch)?),
            None => None,
        };
        let judged = JudgedRows::new(&plan.condition.left, batch)?;
        Ok(Self { judged, keys })
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
        let n_rows = rows.judged.batch.num_rows();
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
        let match_bytes = n_rows * usize::from(self.plan.tracks_matches);
        let key_bytes = rows.keys.as_ref().map_or(0, Keys::memory_bytes);
        self.reservation
            .try_grow(rows.judged.memory_bytes() + key_bytes + match_bytes)?;
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
        self.collected.into_iter().map(|rows| rows.judged.batch).collect()
    }

    /// Indexes the rows; `matches` are those that were found among the same rows before.
    pub fn finish(self, matches: Option<Arc<Matches>>) -> BuildSide {
        let n_rows = self.n_rows as usize;
        let mut keys = self.plan.converter.as_ref().map(|_| Vec::new());
        let rows = self.collected.into_iter().map(|rows| {
            if let (Some(all), Some(of_rows)) = (&mut keys, rows.keys) {
                all.push(of_rows);
            }
            rows.judged
        });
        let rows = Arc::new(IndexedRows::of_judged(rows));
        BuildSide {
            rows,
            keys,
            matches: matches.unwrap_or_else(|| Arc::new(Matches::new(&self.plan, n_rows))),
            _reservation: self.reservation,
        }
    }
}

impl BuildSide {
    /// Rows that are indexed already, with what this join needs of them.
    ///
    /// # Errors
    ///
    /// When an expression fails, or there is no memory for the keys.
    pub fn of_indexed(rows: Arc<IndexedRows>, plan: &BuildPlan, reservation: MemoryReservation) -> Result<Self> {
        let of_batch = |converter: &Arc<RowConverter>| {
            let exprs = || plan.condition.on.iter().map(|(left, _)| left);
            let all = rows.batches().iter().map(|batch| keys(converter, exprs(), batch));
            all.collect::<Result<Vec<Keys>>>()
        };
        let keys = plan.converter.as_ref().map(of_batch).transpose()?;
        let key_bytes: usize = keys.iter().flatten().map(Keys::memory_bytes).sum();
        reservation.try_grow(key_bytes + rows.n_rows() * usize::from(plan.tracks_matches))?;
        Ok(Self {
            matches: Arc::new(Matches::new(plan, rows.n_rows())),
            rows,
            keys,
            _reservation: reservation,
        })
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
