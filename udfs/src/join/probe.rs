//! The rows that a partition of a join gives out.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::row::RowConverter;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{Stream, stream};

use super::condition::Condition;
use super::left::{Collected, LeftSide, Parts, in_large_batches};
use super::output::Output;
use super::pass::Pass;
use super::scatter::{Recall, scatter};
use super::turn::OthersTurn;

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
    left: Collected<LeftSide>,
    right: SendableRecordBatchStream,
) -> impl Stream<Item = Result<RecordBatch>> {
    let state = State {
        probe,
        begin: Some((left, right)),
        pass: None,
        later: None,
        recall: Recall::default(),
    };
    stream::try_unfold(state, |mut state| async move {
        let batch = state.next().await?;
        Ok(batch.map(|batch| (batch, state)))
    })
}

struct State {
    probe: Probe,
    /// The two sides, until the first row is asked for.
    begin: Option<(Collected<LeftSide>, SendableRecordBatchStream)>,
    pass: Option<Pass>,
    later: Option<Later>,
    recall: Recall,
}

/// The parts on disk that this partition has yet to see.
struct Later {
    parts: Arc<Parts>,
    /// The number of the next part.
    next: usize,
    /// The right rows of each part from there.
    right: VecDeque<SendableRecordBatchStream>,
}

impl State {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some((left, right)) = self.begin.take() {
            let left = left.await.map_err(DataFusionError::Shared)?;
            // The partition that has collected the left rows wakes the others onto its own thread, where the last of them
            // would wait until all right rows of this one have been looked at.
            OthersTurn::default().await;
            match left.as_ref() {
                LeftSide::InMemory(build) => self.pass = Some(Pass::new(Arc::clone(build), right, false)),
                LeftSide::OnDisk(parts) => {
                    self.later = Some(Later {
                        right: scatter(&self.probe, parts, right).await?.into(),
                        parts: Arc::clone(parts),
                        next: 0,
                    });
                }
            }
        }
        loop {
            if let Some(pass) = &mut self.pass {
                if let Some(batch) = pass.next(&self.probe, &mut self.recall).await? {
                    self.probe.metrics.record_output(batch.num_rows());
                    return Ok(Some(batch));
                }
                self.pass = None;
            }
            let Some(later) = &mut self.later else {
                return Ok(None);
            };
            let Some(right) = later.right.pop_front() else {
                return Ok(None);
            };
            let build = later.parts.load(later.next).await?;
            later.next += 1;
            let schema = right.schema();
            let right = RecordBatchStreamAdapter::new(schema, in_large_batches(right, self.probe.batch_size));
            self.pass = Some(Pass::new(build, Box::pin(right), true));
        }
    }
}
