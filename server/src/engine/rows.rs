//! The rows of a running query.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use futures::{Stream, StreamExt};
use tokio::sync::oneshot;

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
    ending: Ending,
}

/// A query that counts as running and has done no work yet.
pub struct Begun {
    query: Box<Query>,
    running: Running,
    ending: Ending,
}

impl Begun {
    pub(super) fn new(query: Box<Query>, running: Running, ending: Ending) -> Self {
        Self { query, running, ending }
    }

    /// The schema of its rows.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.query.schema)
    }

    /// Plans how it is run, and gives its rows as they come. To be waited for on the threads that run queries.
    ///
    /// # Errors
    ///
    /// [`Error::Query`] when it cannot be started, [`Error::Unbound`] when its parameters have no values,
    /// [`Error::Cancelled`], [`Error::Timeout`].
    pub async fn rows(self) -> Result<Rows> {
        let Self {
            query,
            running,
            mut ending,
        } = self;
        let schema = SchemaRef::clone(&query.schema);
        match ending.limit(Box::pin(start(*query))).await {
            Ok(stream) => Ok(Rows {
                stream: Some(stream),
                schema,
                running,
                ending,
            }),
            Err(error) => {
                if !matches!(error, Error::Cancelled | Error::Timeout { .. }) {
                    running.failed();
                }
                Err(error)
            }
        }
    }
}

/// Hears why a query is to end before its time.
pub(super) struct Ending(pub(super) oneshot::Receiver<Error>);

impl Ending {
    /// Waits for work, unless the query is to end before.
    pub(super) async fn limit<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|cx| match self.poll(cx) {
            Poll::Ready(error) => Poll::Ready(Err(error)),
            Poll::Pending => work.as_mut().poll(cx),
        })
        .await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Ready(Ok(error)) => Poll::Ready(error),
            // Nobody can end it any more, or not yet.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
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
        if let Poll::Ready(error) = this.ending.poll(cx) {
            this.end(Outcome::Cancelled);
            return Poll::Ready(Some(Err(error)));
        }
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
