//! The rows of a running query.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use futures::{Stream, StreamExt};
use tokio::sync::watch;
use tracing::info;

use crate::error::{Error, Result};
use crate::wire_schema::to_wire;

/// The rows of a running query, in their wire schema. Dropping them stops the query.
pub struct Rows {
    stream: SendableRecordBatchStream,
    schema: SchemaRef,
    running: Running,
}

impl Rows {
    pub(super) fn new(stream: SendableRecordBatchStream, schema: SchemaRef, running: Running) -> Self {
        Self {
            stream,
            schema,
            running,
        }
    }

    /// The schema of every batch.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = match self.stream.poll_next_unpin(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(item) => item,
        };
        let batch = match item {
            None => {
                self.running.outcome = Outcome::Finished;
                return Poll::Ready(None);
            }
            Some(Ok(batch)) => to_wire(&batch, &self.schema).map_err(Error::Rows),
            Some(Err(error)) => Err(Error::Query(error)),
        };
        match &batch {
            Ok(batch) => self.running.count(batch),
            Err(_) => self.running.outcome = Outcome::Failed,
        }
        Poll::Ready(Some(batch))
    }
}

/// How a query ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Finished,
    Failed,
    /// Nobody waits for its rows any more.
    Cancelled,
}

/// A query that counts as running until this is dropped, which is when it is logged.
pub(super) struct Running {
    id: u64,
    began: Instant,
    rows: usize,
    bytes: usize,
    outcome: Outcome,
    counter: watch::Sender<usize>,
}

impl Running {
    pub(super) fn begin(id: u64, counter: watch::Sender<usize>) -> Self {
        counter.send_modify(|running| *running += 1);
        Self {
            id,
            began: Instant::now(),
            rows: 0,
            bytes: 0,
            outcome: Outcome::Cancelled,
            counter,
        }
    }

    pub(super) fn failed(mut self) {
        self.outcome = Outcome::Failed;
    }

    fn count(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows();
        self.bytes += batch.get_array_memory_size();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let seconds = self.began.elapsed().as_secs_f64();
        let outcome = match self.outcome {
            Outcome::Finished => "finished",
            Outcome::Failed => "failed",
            Outcome::Cancelled => "cancelled",
        };
        info!(
            query = self.id,
            rows = self.rows,
            bytes = self.bytes,
            seconds,
            "query {outcome}"
        );
        self.counter.send_modify(|running| *running -= 1);
    }
}
