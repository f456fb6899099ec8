//! Asking the index for every row of the right side.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::row::RowConverter;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::BaselineMetrics;
use futures::{Stream, StreamExt, stream};

use super::build::{BuildSide, Keys, keys};
use super::condition::Condition;
use super::exec::Collected;
use super::geometry_rows::{GeometryRows, RowBounds};
use super::output::Output;
use super::pairs::Pairs;

/// After so many comparisons of geometries the task gives others their turn, so that a query can be cancelled.
const COMPARISONS_PER_TURN: usize = 4096;

/// What a partition works with.
pub struct Probe {
    pub condition: Condition,
    pub output: Output,
    pub converter: Option<Arc<RowConverter>>,
    pub batch_size: usize,
    pub metrics: BaselineMetrics,
}

/// The rows that a partition gives out.
pub fn rows(
    probe: Probe,
    collected: Collected,
    right: SendableRecordBatchStream,
) -> impl Stream<Item = Result<RecordBatch>> {
    let state = State {
        probe,
        collected,
        build: None,
        right,
        current: None,
        left_end: None,
        scratch: Vec::new(),
    };
    stream::try_unfold(state, |mut state| async move {
        let batch = state.next().await?;
        Ok(batch.map(|batch| (batch, state)))
    })
}

struct State {
    probe: Probe,
    collected: Collected,
    build: Option<Arc<BuildSide>>,
    right: SendableRecordBatchStream,
    current: Option<Current>,
    /// Left rows to give out when the right side has ended.
    left_end: Option<VecDeque<u32>>,
    scratch: Vec<usize>,
}

/// A batch of the right side that is being compared.
struct Current {
    batch: RecordBatch,
    geometries: GeometryRows,
    keys: Option<Keys>,
    /// The first row that was not compared.
    next_row: usize,
    matched: Vec<bool>,
}

impl State {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let build = if let Some(build) = &self.build {
            Arc::clone(build)
        } else {
            let build = self.collected.clone().await.map_err(DataFusionError::Shared)?;
            self.build = Some(Arc::clone(&build));
            build
        };
        loop {
            if let Some(rows) = &mut self.left_end {
                let n_rows = rows.len().min(self.probe.batch_size);
                if n_rows == 0 {
                    return Ok(None);
                }
                let rows: Vec<u32> = rows.drain(..n_rows).collect();
                return self.counted(self.probe.output.left_end(&build, &rows)).map(Some);
            }
            let Some(mut current) = self.current.take() else {
                match self.right.next().await {
                    Some(batch) => self.current = Some(self.begin(batch?)?),
                    None => self.left_end = Some(self.end(&build)),
                }
                continue;
            };
            let pairs = self.compare(&build, &mut current)?;
            for row in &pairs.right {
                current.matched[*row as usize] = true;
            }
            let out = if self.probe.output.has_pairs() && pairs.len() > 0 {
                Some(self.probe.output.pairs(&build, &current.batch, &pairs)?)
            } else {
                None
            };
            if current.next_row < current.batch.num_rows() {
                self.current = Some(current);
                if out.is_none() {
                    Turn::default().await;
                    continue;
                }
            } else if self.probe.output.tracks_right() {
                let end = self.probe.output.right_end(&current.batch, &current.matched)?;
                match (out, end) {
                    (Some(pairs), Some(end)) => {
                        let both = arrow::compute::concat_batches(&self.probe.output.schema, [&pairs, &end])?;
                        return self.counted(Ok(both)).map(Some);
                    }
                    (Some(one), None) | (None, Some(one)) => return self.counted(Ok(one)).map(Some),
                    (None, None) => continue,
                }
            }
            if let Some(out) = out {
                return self.counted(Ok(out)).map(Some);
            }
        }
    }

    fn begin(&self, batch: RecordBatch) -> Result<Current> {
        let timer = self.probe.metrics.elapsed_compute().timer();
        let geometries = GeometryRows::evaluate(&self.probe.condition.right, &batch)?;
        let keys = match &self.probe.converter {
            Some(converter) => Some(keys(
                converter,
                self.probe.condition.on.iter().map(|(_, right)| right),
                &batch,
            )?),
            None => None,
        };
        timer.done();
        Ok(Current {
            matched: vec![false; batch.num_rows()],
            batch,
            geometries,
            keys,
            next_row: 0,
        })
    }

    fn end(&self, build: &BuildSide) -> VecDeque<u32> {
        if build.end_partition() {
            self.probe.output.left_end_rows(build).into()
        } else {
            VecDeque::new()
        }
    }

    /// Compares rows until there are pairs for a batch, or it is the turn of others; gives the pairs that match.
    fn compare(&mut self, build: &BuildSide, current: &mut Current) -> Result<Pairs> {
        let timer = self.probe.metrics.elapsed_compute().timer();
        let mut pairs = Pairs::default();
        let mut candidates: Vec<u32> = Vec::new();
        let mut n_comparisons = 0;
        while current.next_row < current.batch.num_rows()
            && pairs.len() < self.probe.batch_size
            && n_comparisons < COMPARISONS_PER_TURN
        {
            let row = current.next_row;
            current.next_row += 1;
            n_comparisons += 1;
            candidates.clear();
            let right = u32::try_from(row).unwrap_or(u32::MAX);
            match current.geometries.bounds(row) {
                RowBounds::Empty if self.probe.condition.predicate.holds_for_empty() => {
                    for left in &build.empty_rows {
                        if self.keys_match(build, *left, current, row) {
                            pairs.push(*left, right);
                        }
                    }
                }
                RowBounds::Null | RowBounds::Empty => {}
                RowBounds::Some(bounds) => {
                    build
                        .tree
                        .search(&bounds, &mut self.scratch, |left| candidates.push(left));
                    if candidates.is_empty() {
                        continue;
                    }
                    let wkb = current.geometries.wkb(row)?;
                    for left in &candidates {
                        if !self.keys_match(build, *left, current, row) {
                            continue;
                        }
                        n_comparisons += 1;
                        if build.holds(&self.probe.condition, *left, &wkb, &bounds)? {
                            pairs.push(*left, right);
                        }
                    }
                }
            }
        }
        if let Some(filter) = &self.probe.condition.rest {
            pairs.retain(filter, build, &current.batch)?;
        }
        if self.probe.output.tracks_left() {
            for left in &pairs.left {
                build.note_match(*left);
            }
        }
        timer.done();
        Ok(pairs)
    }

    fn keys_match(&self, build: &BuildSide, left: u32, current: &Current, right: usize) -> bool {
        let (Some(left_keys), Some(right_keys)) = (&build.keys, &current.keys) else {
            return true;
        };
        let (batch, idx) = build.place(left);
        left_keys[batch].are_equal(idx, right_keys, right, self.probe.condition.null_equality)
    }

    fn counted(&self, batch: Result<RecordBatch>) -> Result<RecordBatch> {
        let batch = batch?;
        self.probe.metrics.record_output(batch.num_rows());
        Ok(batch)
    }
}

/// Ends at the second poll, so that others get their turn.
#[derive(Default)]
struct Turn {
    is_over: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_over {
            return Poll::Ready(());
        }
        self.is_over = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
