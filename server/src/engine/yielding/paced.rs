//! Rows handed on in pieces, each worked off in a short time, with a turn for others after each that took long.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{Stream, StreamExt};

use super::gathered::{Gathered, enough};

/// Time for which whoever takes a piece may work on it, about.
const SHORT: Duration = Duration::from_millis(20);

/// How rows are handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// In pieces that are worked off in a short time, of which the first has so many rows.
    Pieces(usize),
    /// In batches of the size that a sort makes of them.
    Runs,
}

/// Hands on the rows of its input at another pace.
#[derive(Debug)]
pub(super) struct PacedExec {
    input: Arc<dyn ExecutionPlan>,
    pace: Pace,
}

impl PacedExec {
    /// Paces an input.
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, pace: Pace) -> Self {
        Self { input, pace }
    }
}

impl DisplayAs for PacedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PacedExec")
    }
}

impl ExecutionPlan for PacedExec {
    fn name(&self) -> &'static str {
        "PacedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::new(children.swap_remove(0), self.pace)))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let run_bytes = context
            .session_config()
            .options()
            .execution
            .sort_in_place_threshold_bytes;
        let input = self.input.execute(partition, context)?;
        Ok(match self.pace {
            Pace::Runs => Box::pin(Gathered::new(input, enough(run_bytes))),
            Pace::Pieces(first_rows) => Box::pin(Paced {
                input,
                rest: None,
                rows: first_rows,
                handed: None,
            }),
        })
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

struct Paced {
    input: SendableRecordBatchStream,
    /// What is left of a batch.
    rest: Option<RecordBatch>,
    /// Rows of the next piece.
    rows: usize,
    /// When the last piece was handed on.
    handed: Option<Instant>,
}

impl Paced {
    /// Measures how long the last piece was worked on, and says whether others are to have their turn now.
    fn learn(&mut self) -> bool {
        let Some(took) = self.handed.take().map(|handed| handed.elapsed()) else {
            return false;
        };
        if took > SHORT {
            self.rows = (self.rows / 2).max(1);
        } else if took < SHORT / 4 {
            self.rows = self.rows.saturating_mul(2);
        }
        took > SHORT / 4
    }
}

impl Stream for Paced {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.learn() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let batch = match this.rest.take() {
            Some(rest) => rest,
            None => match ready!(this.input.poll_next_unpin(cx)) {
                Some(Ok(batch)) => batch,
                end => return Poll::Ready(end),
            },
        };
        let piece = if batch.num_rows() > this.rows {
            this.rest = Some(batch.slice(this.rows, batch.num_rows() - this.rows));
            batch.slice(0, this.rows)
        } else {
            // So that after small batches a large one does not go out as a whole.
            this.rows = this.rows.min(batch.num_rows().max(1));
            batch
        };
        this.handed = Some(Instant::now());
        Poll::Ready(Some(Ok(piece)))
    }
}

impl RecordBatchStream for Paced {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::{ArrayRef, Int32Array};
    use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
    use futures::{TryStreamExt, stream};

    use super::*;

    fn paced(rows: i32, first_rows: usize) -> Paced {
        let numbers: ArrayRef = Arc::new(Int32Array::from_iter_values(0..rows));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        let schema = batch.schema();
        Paced {
            input: Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter([Ok(batch)]))),
            rest: None,
            rows: first_rows,
            handed: None,
        }
    }

    #[tokio::test]
    async fn all_rows_come_in_their_order() {
        let pieces: Vec<RecordBatch> = paced(1000, 1).try_collect().await.unwrap();
        assert_eq!(pieces[0].num_rows(), 1);
        let all = arrow::compute::concat_batches(&pieces[0].schema(), &pieces).unwrap();
        let expected: ArrayRef = Arc::new(Int32Array::from_iter_values(0..1000));
        assert_eq!(all.column(0), &expected);
    }

    #[test]
    fn pieces_are_as_large_as_is_worked_off_in_a_short_time() {
        let mut paced = paced(1, 64);
        for (took, has_turn, rows) in [
            (Duration::ZERO, false, 128),
            (SHORT / 2, true, 128),
            (SHORT * 2, true, 64),
            (SHORT * 2, true, 32),
        ] {
            paced.handed = Instant::now().checked_sub(took);
            assert_eq!((paced.learn(), paced.rows), (has_turn, rows), "{took:?}");
        }
        assert!(!paced.learn(), "nothing was handed on since");
    }
}
