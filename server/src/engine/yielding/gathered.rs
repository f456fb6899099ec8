//! Small batches put together, as a sort would do with all of its input at once.
//!
//! A sort by one column joins the batches that it holds into runs of its `sort_in_place_threshold_bytes` before it sorts
//! them, without giving way: for 100 million numbers that takes half a second. What comes to it in batches of that size is left as
//! it is.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream};
use futures::{Stream, StreamExt};

/// Puts batches together until they are as large as this, in bytes: a sort reserves twice as much for them, and two of them
/// are too much for a run.
pub(super) fn enough(run_bytes: usize) -> usize {
    run_bytes / 8 * 3
}

pub(super) struct Gathered {
    input: SendableRecordBatchStream,
    enough: usize,
    held: Vec<RecordBatch>,
    bytes: usize,
}

impl Gathered {
    pub(super) fn new(input: SendableRecordBatchStream, enough: usize) -> Self {
        Self {
            input,
            enough,
            held: Vec::new(),
            bytes: 0,
        }
    }

    fn take(&mut self) -> Option<Result<RecordBatch>> {
        self.bytes = 0;
        let held = std::mem::take(&mut self.held);
        match held.as_slice() {
            [] => None,
            [one] => Some(Ok(one.clone())),
            several => Some(concat_batches(&self.input.schema(), several).map_err(Into::into)),
        }
    }
}

impl Stream for Gathered {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while this.bytes < this.enough {
            match ready!(this.input.poll_next_unpin(cx)) {
                Some(Ok(batch)) => {
                    this.bytes += batch.get_array_memory_size();
                    this.held.push(batch);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(this.take()),
            }
        }
        Poll::Ready(this.take())
    }
}

impl RecordBatchStream for Gathered {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
    use futures::{TryStreamExt, stream};

    use super::*;

    #[tokio::test]
    async fn all_rows_come_in_their_order_and_no_two_batches_are_one_run() {
        let batch = |begin: i64, rows: i64| {
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(begin..begin + rows));
            RecordBatch::try_from_iter([("n", numbers)]).unwrap()
        };
        let run_bytes = 1 << 16;
        let batches: Vec<_> = (0..100).map(|number| Ok(batch(number * 100, 100))).collect();
        let input = RecordBatchStreamAdapter::new(batch(0, 1).schema(), stream::iter(batches));
        let gathered = Gathered::new(Box::pin(input), enough(run_bytes));
        let gathered: Vec<RecordBatch> = gathered.try_collect().await.unwrap();
        let numbers: Vec<i64> = gathered
            .iter()
            .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
            .collect();
        assert_eq!(numbers, (0..10_000).collect::<Vec<_>>());
        assert!(gathered.len() > 2);
        for pair in gathered[..gathered.len() - 1].windows(2) {
            let reserved: usize = pair.iter().map(|batch| 2 * batch.get_array_memory_size()).sum();
            assert!(reserved > run_bytes && reserved < 2 * run_bytes);
        }
    }
}
