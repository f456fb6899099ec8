//! The rows of a running query.

use std::pin::Pin;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use futures::{Stream, StreamExt};

use super::planning::Work;
use super::queries::{Outcome, Running};
use super::{Query, start};
use crate::error::{Error, Result};
use crate::wire_schema::to_wire;

/// The rows of a running query, in their wire schema. Dropping them stops the query.
pub struct Rows {
    /// None once it has ended, so that what it held is free.
    stream: Option<SendableRecordBatchStream>,
    schema: SchemaRef,
    running: Running,
}

/// A query that counts as running and has done no work yet.
pub struct Begun {
    query: Box<Query>,
    running: Running,
}

impl Begun {
    pub(super) fn new(query: Box<Query>, running: Running) -> Self {
        Self { query, running }
    }

    /// The schema of its rows.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.query.schema)
    }

    /// Whether its rows are known, so that it takes no time.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self.query.work, Work::Known(_))
    }

    /// Plans how it is run, and gives its rows as they come. To be waited for on the threads that run queries.
    ///
    /// # Errors
    ///
    /// [`Error::Query`] when it cannot be started, [`Error::Unbound`] when its parameters have no values.
    pub async fn rows(self) -> Result<Rows> {
        let Self { query, running } = self;
        let schema = SchemaRef::clone(&query.schema);
        match Box::pin(start(*query)).await {
            Ok(stream) => Ok(Rows {
                stream: Some(stream),
                schema,
                running,
            }),
            Err(error) => {
                running.failed();
                Err(error)
            }
        }
    }
}

impl Rows {
    /// The schema of every batch.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    fn end(&mut self, outcome: Outcome) {
        self.stream = None;
        self.running.outcome = outcome;
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else {
            return Poll::Ready(None);
        };
        let batch = match stream.poll_next_unpin(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => {
                this.end(Outcome::Finished);
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Ok(batch))) => to_wire(&batch, &this.schema).map_err(Error::Rows),
            Poll::Ready(Some(Err(error))) => Err(Error::Query(error)),
        };
        match &batch {
            Ok(batch) => this.running.count(batch),
            Err(_) => this.end(Outcome::Failed),
        }
        Poll::Ready(Some(batch))
    }
}
