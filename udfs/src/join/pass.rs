//! One pass of right rows over an index of left rows.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use datafusion::error::Result;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;

use super::build::{BuildSide, Keys, keys};
use super::geometry_rows::{GeometryRows, RowBounds};
use super::nearest::nearest;
use super::pairs::Pairs;
use super::probe::Probe;
use super::scatter::{Recall, Visits};
use super::tree::Nearby;
use super::turn::OthersTurn;
use crate::geometry::Bounds;

/// After so many comparisons of geometries the task gives others their turn, so that a query can be cancelled.
const COMPARISONS_PER_TURN: usize = 256;

/// So many rows share the search for leaves of the index.
const BLOCK_ROWS: usize = 32;

/// With more leaves than these it is faster to search for each row by itself.
const MAX_LEAVES: usize = 48;

/// What a partition of the right side does with one index.
pub struct Pass {
    build: Arc<BuildSide>,
    right: SendableRecordBatchStream,
    current: Option<Current>,
    /// Left rows to give out when the right side has ended.
    left_end: Option<VecDeque<u32>>,
    nearby: Nearby,
    /// Whether the right rows say which of them come again.
    has_visits: bool,
}

/// A batch of the right side that is being compared.
struct Current {
    batch: RecordBatch,
    visits: Option<Visits>,
    geometries: GeometryRows,
    keys: Option<Keys>,
    /// The first row that was not compared to its end.
    next_row: usize,
    /// What that row is still to be compared with: left rows, and a corner of each.
    candidates: VecDeque<(u32, (f64, f64))>,
    block: Block,
    matched: Vec<bool>,
}

/// Rows of a batch that follow each other.
#[derive(Clone, Copy, Default)]
struct Block {
    /// The first row behind them.
    end: usize,
    /// Whether they are so near each other that they share leaves of the index.
    is_dense: bool,
}

impl Pass {
    /// A pass of these rows; `has_visits` says that they come from disk, with the columns of [`Visits`].
    pub fn new(build: Arc<BuildSide>, right: SendableRecordBatchStream, has_visits: bool) -> Self {
        Self {
            build,
            right,
            current: None,
            left_end: None,
            nearby: Nearby::default(),
            has_visits,
        }
    }

    /// The next rows that go out; `None` at the end of the pass. `recall` holds what earlier passes have matched.
    pub async fn next(&mut self, probe: &Probe, recall: &mut Recall) -> Result<Option<RecordBatch>> {
        let build = Arc::clone(&self.build);
        loop {
            if let Some(rows) = &mut self.left_end {
                let n_rows = rows.len().min(probe.batch_size);
                if n_rows == 0 {
                    return Ok(None);
                }
                let rows: Vec<u32> = rows.drain(..n_rows).collect();
                return probe.output.left_end(&build, &rows).map(Some);
            }
            let Some(mut current) = self.current.take() else {
                match self.right.next().await {
                    Some(batch) => self.current = Some(self.begin(probe, batch?)?),
                    None => self.left_end = Some(self.end(probe)),
                }
                continue;
            };
            let pairs = self.compare(probe, &build, &mut current)?;
            for row in &pairs.right {
                current.matched[*row as usize] = true;
            }
            let out = if probe.output.has_pairs() && pairs.len() > 0 {
                Some(probe.output.pairs(&build, &current.batch, &pairs)?)
            } else {
                None
            };
            if current.next_row < current.batch.num_rows() {
                self.current = Some(current);
                if out.is_none() {
                    OthersTurn::default().await;
                    continue;
                }
            } else if probe.output.tracks_right() {
                let is_last = current
                    .visits
                    .as_ref()
                    .map(|visits| recall.take(visits, &mut current.matched));
                let matched = BooleanArray::from(current.matched);
                let end = probe.output.right_end(&current.batch, &matched, is_last.as_ref())?;
                match (out, end) {
                    (Some(pairs), Some(end)) => {
                        let both = arrow::compute::concat_batches(&probe.output.schema, [&pairs, &end])?;
                        return Ok(Some(both));
                    }
                    (Some(one), None) | (None, Some(one)) => return Ok(Some(one)),
                    (None, None) => continue,
                }
            }
            if out.is_some() {
                return Ok(out);
            }
        }
    }

    fn begin(&self, probe: &Probe, batch: RecordBatch) -> Result<Current> {
        let timer = probe.metrics.elapsed_compute().timer();
        let (batch, visits) = if self.has_visits {
            let (batch, visits) = Visits::split(&batch)?;
            (batch, Some(visits))
        } else {
            (batch, None)
        };
        let geometries = GeometryRows::evaluate(&probe.condition.right, &batch)?;
        let keys = match &probe.converter {
            Some(converter) => Some(keys(
                converter,
                probe.condition.on.iter().map(|(_, right)| right),
                &batch,
            )?),
            None => None,
        };
        timer.done();
        Ok(Current {
            matched: vec![false; batch.num_rows()],
            batch,
            visits,
            geometries,
            keys,
            next_row: 0,
            candidates: VecDeque::new(),
            block: Block::default(),
        })
    }

    fn end(&self, probe: &Probe) -> VecDeque<u32> {
        if self.build.matches.end_partition() {
            probe.output.left_end_rows(&self.build).into()
        } else {
            VecDeque::new()
        }
    }

    /// Looks at the rows from one on, and gathers the leaves of the index that they share.
    fn block(&mut self, build: &BuildSide, geometries: &GeometryRows, row: usize, reach: f64) -> Block {
        let end = (row + BLOCK_ROWS).min(geometries.len());
        let mut window = Bounds::NOTHING;
        for row in row..end {
            if let RowBounds::Some(bounds) = geometries.bounds(row) {
                window.add_bounds(&bounds.grown(reach));
            }
        }
        let is_dense = build.rows.tree().gather(&window, &mut self.nearby, MAX_LEAVES);
        Block { end, is_dense }
    }

    /// Finds what a row is to be compared with: left rows whose boxes it reaches.
    fn search(&mut self, build: &BuildSide, current: &mut Current, row: usize, reach: f64) {
        let RowBounds::Some(bounds) = current.geometries.bounds(row) else {
            return;
        };
        if row >= current.block.end {
            current.block = self.block(build, &current.geometries, row, reach);
        }
        let reached = bounds.grown(reach);
        let (candidates, nearby) = (&mut current.candidates, &mut self.nearby);
        if current.block.is_dense {
            let found = |left, corner| candidates.push_back((left, corner));
            build.rows.tree().search_nearby(&reached, nearby, found);
        } else {
            let found = |left, corner| candidates.push_back((left, corner));
            build.rows.tree().search(&reached, nearby, found);
        }
    }

    /// Compares rows until there are pairs for a batch, or it is the turn of others; gives the pairs that match.
    fn compare(&mut self, probe: &Probe, build: &BuildSide, current: &mut Current) -> Result<Pairs> {
        let timer = probe.metrics.elapsed_compute().timer();
        let reach = probe.condition.predicate.reach();
        let mut pairs = Pairs::default();
        let mut n_comparisons = 0;
        while current.next_row < current.batch.num_rows()
            && pairs.len() < probe.batch_size
            && n_comparisons < COMPARISONS_PER_TURN
        {
            let row = current.next_row;
            n_comparisons += 1;
            let right = u32::try_from(row).unwrap_or(u32::MAX);
            match current.geometries.bounds(row) {
                RowBounds::Empty if probe.condition.predicate.holds_for_empty() => {
                    for left in build.rows.empty_rows() {
                        if keys_match(probe, build, *left, current, row) {
                            pairs.push(*left, right);
                        }
                    }
                }
                RowBounds::Null | RowBounds::Empty => {}
                RowBounds::Some(bounds) if let Some(count) = probe.condition.predicate.n_nearest() => {
                    let wkb = current.geometries.wkb(row)?;
                    let is_among = |left| keys_match(probe, build, left, current, row);
                    let (nearest, n_compared) = nearest(&build.rows, count, &wkb, &bounds, is_among)?;
                    n_comparisons += n_compared;
                    for left in nearest {
                        pairs.push(left, right);
                    }
                }
                RowBounds::Some(bounds) => {
                    if current.candidates.is_empty() {
                        self.search(build, current, row, reach);
                    }
                    if !current.candidates.is_empty() {
                        let wkb = current.geometries.wkb(row)?;
                        let of_points = build.rows.is_points().then_some(probe.condition.predicate);
                        while let Some((left, corner)) = current.candidates.pop_front() {
                            if !keys_match(probe, build, left, current, row) {
                                continue;
                            }
                            n_comparisons += 1;
                            let holds = match of_points.and_then(|predicate| predicate.holds_from_point(corner, &wkb)) {
                                Some(holds) => holds,
                                None => build.rows.holds(&probe.condition, left, &wkb, &bounds)?,
                            };
                            if holds {
                                pairs.push(left, right);
                            }
                            if n_comparisons >= COMPARISONS_PER_TURN {
                                break;
                            }
                        }
                        if !current.candidates.is_empty() {
                            break;
                        }
                    }
                }
            }
            current.next_row += 1;
        }
        if let Some(filter) = &probe.condition.rest {
            pairs.retain(filter, build, &current.batch)?;
        }
        if probe.output.tracks_left() {
            for left in &pairs.left {
                build.matches.note(*left);
            }
        }
        timer.done();
        Ok(pairs)
    }
}

fn keys_match(probe: &Probe, build: &BuildSide, left: u32, current: &Current, right: usize) -> bool {
    let (Some(left_keys), Some(right_keys)) = (&build.keys, &current.keys) else {
        return true;
    };
    let (batch, idx) = build.rows.place(left);
    left_keys[batch].are_equal(idx, right_keys, right, probe.condition.null_equality)
}
