//! The left side of a join: in memory, or on disk in parts when it does not fit.

use std::pin::pin;
use std::sync::{Arc, Weak};

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{BatchCoalescer, take_record_batch};
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SpillFile, TaskContext};
use datafusion::physical_plan::metrics::SpillMetrics;
use datafusion::physical_plan::spill::{SpillManager, get_record_batch_memory_size, spill_pool};
use datafusion::physical_plan::{PhysicalExpr, SendableRecordBatchStream};
use futures::future::{BoxFuture, Shared};
use futures::lock::Mutex;
use futures::{Stream, StreamExt, stream};

use super::build::{BuildPlan, BuildSide, Collecting, LeftRows, Matches};
use super::geometry_rows::{GeometryRows, RowBounds};
use super::indexed_rows::IndexedRows;
use super::tree::BoxTree;
use crate::geometry::Bounds;
use crate::hilbert::hilbert_index_within;

/// Rows that are looked at to choose where parts end, at most.
const MAX_SAMPLE: usize = 1 << 16;

/// No more parts than these: each has a file open for every partition of the right side.
const MAX_PARTS: usize = 256;

/// A file of spilled rows is closed, and can be read and removed, at this size.
const FILE_BYTES: usize = 64 << 20;

/// Rows that are collected once and shared by all who ask.
pub type Collected<T> = Shared<BoxFuture<'static, Result<Arc<T>, Arc<DataFusionError>>>>;

/// The left side.
#[derive(Debug)]
pub enum LeftSide {
    /// All of it is in memory.
    InMemory(Arc<BuildSide>),
    /// It is on disk, and each part of it fits into memory.
    OnDisk(Arc<Parts>),
}

/// What must be known to put rows onto disk.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The query's memory and disk space.
    pub context: Arc<TaskContext>,
    /// Counts what is written.
    pub metrics: SpillMetrics,
}

impl Disk {
    /// What writes and reads rows of a schema.
    pub fn manager(&self, schema: &SchemaRef) -> Arc<SpillManager> {
        let manager = SpillManager::new(self.context.runtime_env(), self.metrics.clone(), Arc::clone(schema));
        Arc::new(manager.with_compression_type(self.context.session_config().spill_compression()))
    }

    /// A queue on disk: what is written to the one end can be read at the other.
    pub fn queue(&self, schema: &SchemaRef) -> (spill_pool::SpillPoolSink, SendableRecordBatchStream) {
        spill_pool::spsc_channel(FILE_BYTES, self.manager(schema))
    }
}

impl LeftSide {
    /// Collects the rows of a stream, on disk when there is no memory for them.
    ///
    /// # Errors
    ///
    /// What the stream says; [`DataFusionError::ResourcesExhausted`] when neither memory nor disk space is left.
    pub async fn collect(rows: SendableRecordBatchStream, plan: BuildPlan, disk: Disk) -> Result<Self> {
        let schema = rows.schema();
        let consumer = MemoryConsumer::new("SpatialJoinExec").with_can_spill(true);
        let mut collecting = Collecting::new(plan.clone(), consumer.register(disk.context.memory_pool()));
        let mut rows = pin!(looked_at(rows, plan.clone()));
        while let Some(looked_at) = rows.next().await {
            let looked_at = looked_at?;
            let batch = looked_at.judged.batch.clone();
            match collecting.push(looked_at) {
                Ok(()) => {}
                Err(DataFusionError::ResourcesExhausted(why)) if plan.condition.predicate.n_nearest().is_some() => {
                    return Err(DataFusionError::ResourcesExhausted(format!(
                        "the rows among which the nearest are searched do not fit into the memory of queries; conditions on their table \
                         leave fewer of them: {why}"
                    )));
                }
                Err(DataFusionError::ResourcesExhausted(_))
                    if disk.context.runtime_env().disk_manager.tmp_files_enabled() =>
                {
                    let memory_bytes = collecting.memory_bytes();
                    let mut collected = collecting.into_batches();
                    collected.push(batch);
                    let rest = rows.map(|rows| rows.map(|rows| rows.judged.batch));
                    let parts = Parts::write(schema, collected, rest, plan, disk, memory_bytes).await?;
                    return Ok(Self::OnDisk(Arc::new(parts)));
                }
                Err(error) => return Err(error),
            }
        }
        let build = SpawnedTask::spawn_blocking(move || collecting.finish(None));
        let build = build.join_unwind().await;
        let build = build.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))?;
        Ok(Self::InMemory(Arc::new(build)))
    }
}

impl LeftSide {
    /// Rows that are indexed already.
    ///
    /// # Errors
    ///
    /// When a key cannot be computed, or there is no memory for the keys.
    pub fn of_indexed(rows: Arc<IndexedRows>, plan: &BuildPlan, disk: &Disk) -> Result<Self> {
        let consumer = MemoryConsumer::new("SpatialJoinExec over indexed rows");
        let build = BuildSide::of_indexed(rows, plan, consumer.register(disk.context.memory_pool()))?;
        Ok(Self::InMemory(Arc::new(build)))
    }
}

/// Rows in their order, looked at in as many tasks as will ask for them.
fn looked_at(rows: SendableRecordBatchStream, plan: BuildPlan) -> impl Stream<Item = Result<LeftRows>> + Send {
    let n_tasks = plan.n_probes.max(1);
    let plan = Arc::new(plan);
    let tasks = rows.map(move |batch| {
        let plan = Arc::clone(&plan);
        SpawnedTask::spawn(async move { LeftRows::look_at(batch?, &plan) })
    });
    let done = tasks.map(|task| async {
        let rows = task.join_unwind().await;
        rows.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))?
    });
    done.buffered(n_tasks)
}

impl LeftSide {
    /// Bounds in which all rows lie that have a place, grown by the reach of the predicate; near ones follow each other.
    pub fn bounds(&self, reach: f64) -> Vec<Bounds> {
        match self {
            Self::InMemory(build) => {
                let bounds = build.rows.tree().bounds().into_iter();
                bounds.map(|bounds| bounds.grown(reach)).collect()
            }
            Self::OnDisk(parts) => parts.in_order.iter().filter_map(|part| part.bounds).collect(),
        }
    }
}

/// A left side on disk. Each row is in one part; rows near each other mostly are in the same one.
pub struct Parts {
    in_order: Vec<Part>,
    plan: BuildPlan,
    disk: Disk,
    manager: Arc<SpillManager>,
}

struct Part {
    /// What the boxes of its rows cover, grown by the reach of the predicate; `None` when no row has a box.
    bounds: Option<Bounds>,
    /// `None` when it has no rows.
    file: Option<Arc<dyn SpillFile>>,
    matches: Arc<Matches>,
    /// The rows, while a partition of the right side asks them.
    loaded: Mutex<Weak<BuildSide>>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bounds = self.in_order.iter().map(|part| part.bounds);
        formatter.debug_list().entries(bounds).finish()
    }
}

impl Parts {
    /// Writes the rows that were collected, and those that follow, in parts that fit into `memory_bytes` together with what
    /// the partitions that run ahead hold.
    async fn write(
        schema: SchemaRef,
        collected: Vec<RecordBatch>,
        mut rest: impl Stream<Item = Result<RecordBatch>> + Send + Unpin,
        plan: BuildPlan,
        disk: Disk,
        memory_bytes: usize,
    ) -> Result<Self> {
        // The extent must be known before a row can be given its part: everything is written once in the order it came.
        let (writer, mut all) = disk.queue(&schema);
        let mut survey = Survey::default();
        for batch in collected {
            survey.add(&plan.condition.left, &batch)?;
            writer.push_batch(&batch)?;
        }
        while let Some(batch) = rest.next().await {
            let batch = batch?;
            survey.add(&plan.condition.left, &batch)?;
            writer.push_batch(&batch)?;
        }
        drop(writer);
        let part_bytes = (memory_bytes / (plan.n_probes + 1)).max(1);
        let divider = survey.divide(survey.bytes.div_ceil(part_bytes).clamp(1, MAX_PARTS));

        let n_parts = divider.starts.len() + 1;
        let manager = disk.manager(&schema);
        let mut files = Vec::with_capacity(n_parts);
        for _ in 0..n_parts {
            files.push(manager.create_in_progress_file("the left side of a spatial join")?);
        }
        let mut n_rows = vec![0; n_parts];
        let reach = plan.condition.predicate.reach();
        let mut bounds = vec![None; n_parts];
        while let Some(batch) = all.next().await {
            let batch = batch?;
            let geometries = GeometryRows::evaluate(&plan.condition.left, &batch)?;
            let mut rows = vec![Vec::new(); n_parts];
            for row in 0..geometries.len() {
                let part = match geometries.bounds(row) {
                    RowBounds::Some(of_row) => {
                        let part = divider.part(&of_row);
                        let of_row = of_row.grown(reach);
                        bounds[part].get_or_insert(of_row).add_bounds(&of_row);
                        part
                    }
                    RowBounds::Empty | RowBounds::Null => 0,
                };
                rows[part].push(u32::try_from(row).unwrap_or(u32::MAX));
            }
            for ((file, rows), n_rows) in files.iter_mut().zip(rows).zip(&mut n_rows) {
                if !rows.is_empty() {
                    *n_rows += rows.len();
                    file.append_batch(&take_record_batch(&batch, &UInt32Array::from(rows))?)?;
                }
            }
        }
        let mut in_order = Vec::with_capacity(n_parts);
        for ((mut file, bounds), n_rows) in files.into_iter().zip(bounds).zip(n_rows) {
            in_order.push(Part {
                bounds,
                file: file.finish()?,
                matches: Arc::new(Matches::new(&plan, n_rows)),
                loaded: Mutex::default(),
            });
        }
        Ok(Self {
            in_order,
            plan,
            disk,
            manager,
        })
    }

    /// The number of parts.
    pub fn len(&self) -> usize {
        self.in_order.len()
    }

    /// What rows and disk space are handled with.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The parts with rows that bounds reach, in their order.
    pub fn reached_by<'a>(&'a self, bounds: &'a Bounds) -> impl Iterator<Item = usize> + 'a {
        let is_reached = |part: &Part| part.bounds.is_some_and(|of_part| of_part.intersects(bounds));
        let parts = self.in_order.iter().enumerate();
        parts
            .filter(move |(_, part)| is_reached(part))
            .map(|(number, _)| number)
    }

    /// The rows of a part. Partitions that ask at the same time share them.
    pub async fn load(&self, number: usize) -> Result<Arc<BuildSide>> {
        let part = &self.in_order[number];
        let mut loaded = part.loaded.lock().await;
        if let Some(build) = loaded.upgrade() {
            return Ok(build);
        }
        let consumer = MemoryConsumer::new("SpatialJoinExec, a part");
        let mut collecting = Collecting::new(self.plan.clone(), consumer.register(self.disk.context.memory_pool()));
        if let Some(file) = &part.file {
            let rows = self.manager.read_spill_as_stream(Arc::clone(file), None)?;
            let mut rows = pin!(in_large_batches(rows, self.disk.context.session_config().batch_size()));
            while let Some(batch) = rows.next().await {
                collecting.push(LeftRows::look_at(batch?, &self.plan)?)?;
            }
        }
        let build = Arc::new(collecting.finish(Some(Arc::clone(&part.matches))));
        *loaded = Arc::downgrade(&build);
        Ok(build)
    }
}

/// The same rows in batches of this size: a batch that was divided among parts leaves small pieces.
pub fn in_large_batches(
    rows: SendableRecordBatchStream,
    batch_size: usize,
) -> impl Stream<Item = Result<RecordBatch>> + Send {
    let coalescer = BatchCoalescer::new(rows.schema(), batch_size);
    stream::try_unfold(
        (rows, coalescer, false),
        |(mut rows, mut coalescer, mut has_ended)| async move {
            loop {
                if let Some(batch) = coalescer.next_completed_batch() {
                    return Ok(Some((batch, (rows, coalescer, has_ended))));
                }
                if has_ended {
                    return Ok(None);
                }
                if let Some(batch) = rows.next().await {
                    coalescer.push_batch(batch?)?;
                } else {
                    coalescer.finish_buffered_batch()?;
                    has_ended = true;
                }
            }
        },
    )
}

/// What is learnt about rows before they are divided.
#[derive(Default)]
struct Survey {
    extent: Option<Bounds>,
    /// The middles of the boxes of some rows.
    middles: Vec<(f64, f64)>,
    /// How many rows there are to each of these, as a power of two.
    thinned: u32,
    n_rows: usize,
    /// The memory that all rows would take.
    bytes: usize,
}

impl Survey {
    fn add(&mut self, geometry: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<()> {
        let geometries = GeometryRows::evaluate(geometry, batch)?;
        self.bytes +=
            get_record_batch_memory_size(batch) + geometries.memory_bytes() + batch.num_rows() * BoxTree::ROW_BYTES;
        for row in 0..geometries.len() {
            if let RowBounds::Some(bounds) = geometries.bounds(row) {
                self.extent.get_or_insert(bounds).add_bounds(&bounds);
                if self.middles.len() == MAX_SAMPLE {
                    let mut number = 0;
                    self.middles.retain(|_| {
                        number += 1;
                        number % 2 == 1
                    });
                    self.thinned += 1;
                }
                if self.n_rows.trailing_zeros() >= self.thinned {
                    self.middles.push(bounds.middle());
                }
                self.n_rows += 1;
            }
        }
        Ok(())
    }

    /// Divides the rows by their places along a Hilbert curve, into parts of about the same number.
    fn divide(&self, n_parts: usize) -> Divider {
        let Some(extent) = self.extent else {
            return Divider::default();
        };
        let place = |(x, y): &(f64, f64)| hilbert_index_within(*x, *y, &extent);
        let mut places: Vec<u64> = self.middles.iter().map(place).collect();
        places.sort_unstable();
        let mut starts: Vec<u64> = (1..n_parts)
            .filter_map(|part| places.get(places.len() * part / n_parts).copied())
            .collect();
        starts.dedup();
        Divider {
            extent: Some(extent),
            starts,
        }
    }
}

/// Tells the part of a row.
#[derive(Default)]
struct Divider {
    extent: Option<Bounds>,
    /// The place along the curve at which each part begins, but for the first.
    starts: Vec<u64>,
}

impl Divider {
    fn part(&self, bounds: &Bounds) -> usize {
        let Some(extent) = &self.extent else {
            return 0;
        };
        let (x, y) = bounds.middle();
        let place = hilbert_index_within(x, y, extent);
        self.starts.partition_point(|start| *start <= place)
    }
}
