//! The queries that run, by their ids, so that they can be counted, waited for and broken off.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;
use tracing::info;

use crate::error::{Error, Result};

/// Ids of queries that were broken off before they began, of which the newest are remembered.
const REMEMBERED: usize = 1024;

/// The queries that run. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct Queries {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    running: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// Running parts of queries; a query that is read through several tickets has several.
    parts: HashMap<u64, Part>,
    cancelled: VecDeque<String>,
}

#[derive(Debug)]
struct Part {
    id: String,
    own: String,
    end: oneshot::Sender<Error>,
}

impl Queries {
    /// Counts a query as running until what is returned is dropped. The receiver hears why it is to end before its time.
    ///
    /// Must be called on a runtime that is not kept busy by queries: its clock breaks off what takes too long.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when it has been broken off already.
    pub(super) fn begin(&self, id: &str, own: &str, timeout: Option<Duration>) -> Result<(Running, Ending)> {
        let (end, ended) = oneshot::channel();
        let mut state = self.state();
        if state.cancelled.iter().any(|cancelled| cancelled == id) {
            return Err(Error::Cancelled);
        }
        state.next += 1;
        let serial = state.next;
        let part = Part {
            id: id.to_owned(),
            own: own.to_owned(),
            end,
        };
        state.parts.insert(serial, part);
        drop(state);
        self.shared.running.send_modify(|running| *running += 1);
        let running = Running {
            queries: self.clone(),
            serial,
            id: id.to_owned(),
            began: Instant::now(),
            rows: 0,
            bytes: 0,
            outcome: Outcome::Cancelled,
            clock: timeout.map(|limit| self.end_after(serial, limit)),
        };
        Ok((running, Ending(Some(ended))))
    }

    fn end_after(&self, serial: u64, limit: Duration) -> AbortHandle {
        let queries = self.clone();
        let clock = tokio::spawn(async move {
            tokio::time::sleep(limit).await;
            let part = queries.state().parts.remove(&serial);
            if let Some(part) = part {
                // One that has just ended hears nothing.
                let _ = part.end.send(Error::Timeout { limit });
            }
        });
        clock.abort_handle()
    }

    /// Breaks a caller's query off, and says whether it was running.
    #[must_use]
    pub fn cancel(&self, id: &str, own: &str) -> bool {
        let mut state = self.state();
        let serials: Vec<u64> = state
            .parts
            .iter()
            .filter(|(_, part)| part.id == id && part.own == own)
            .map(|(serial, _)| *serial)
            .collect();
        for serial in &serials {
            if let Some(part) = state.parts.remove(serial) {
                // One that has just ended hears nothing.
                let _ = part.end.send(Error::Cancelled);
            }
        }
        !serials.is_empty()
    }

    /// Has a query that has not begun end as soon as it begins.
    pub fn forbid(&self, id: &str) {
        let mut state = self.state();
        state.cancelled.push_back(id.to_owned());
        if state.cancelled.len() > REMEMBERED {
            state.cancelled.pop_front();
        }
    }

    /// Number of queries that are running.
    #[must_use]
    pub fn running(&self) -> usize {
        *self.shared.running.borrow()
    }

    /// Waits until no query is running.
    pub async fn idle(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.shared.running.subscribe().wait_for(|running| *running == 0).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock, and the maps are whole at every point.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears why a query is to end before its time. It never ends by itself.
pub struct Ending(Option<oneshot::Receiver<Error>>);

impl Ending {
    /// Waits for work, unless the query is to end before.
    pub(super) async fn limit<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            error = self => Err(error),
            done = work => done,
        }
    }
}

impl Future for Ending {
    type Output = Error;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Error> {
        let Some(told) = &mut self.0 else {
            return Poll::Pending;
        };
        let heard = ready!(Pin::new(told).poll(cx));
        self.0 = None;
        // Where it hears nothing, the query has ended by itself.
        heard.map_or(Poll::Pending, Poll::Ready)
    }
}

/// How a query ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Finished,
    Failed,
    /// It was broken off, or nobody waits for its rows any more.
    Cancelled,
}

/// A query that counts as running until this is dropped, which is when it is logged.
#[derive(Debug)]
pub(super) struct Running {
    queries: Queries,
    serial: u64,
    id: String,
    began: Instant,
    rows: usize,
    bytes: usize,
    pub(super) outcome: Outcome,
    clock: Option<AbortHandle>,
}

impl Running {
    pub(super) fn finished(mut self) {
        self.outcome = Outcome::Finished;
    }

    pub(super) fn failed(mut self) {
        self.outcome = Outcome::Failed;
    }

    pub(super) fn count(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows();
        self.bytes += batch.get_array_memory_size();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(clock) = &self.clock {
            clock.abort();
        }
        self.queries.state().parts.remove(&self.serial);
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
        self.queries.shared.running.send_modify(|running| *running -= 1);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_query_is_broken_off_by_its_owner_only() {
        let queries = Queries::default();
        let (running, ended) = queries.begin("7f", "kim", None).unwrap();
        assert_eq!(queries.running(), 1);
        assert!(!queries.cancel("7f", "lee"));
        assert!(!queries.cancel("80", "kim"));
        assert!(queries.cancel("7f", "kim"));
        assert!(matches!(ended.await, Error::Cancelled));
        drop(running);
        queries.idle().await;
        assert!(!queries.cancel("7f", "kim"), "it has ended");
    }

    #[tokio::test]
    async fn a_query_that_has_ended_hears_nothing() {
        let (running, mut ending) = Queries::default().begin("7f", "kim", None).unwrap();
        drop(running);
        for _ in 0..2 {
            assert!(futures::poll!(&mut ending).is_pending());
        }
    }

    #[tokio::test]
    async fn a_query_hears_that_its_time_is_over() {
        let queries = Queries::default();
        let limit = Duration::from_millis(1);
        let (_running, ended) = queries.begin("7f", "kim", Some(limit)).unwrap();
        assert!(matches!(ended.await, Error::Timeout { limit: told } if told == limit));
    }

    #[test]
    fn a_query_that_is_forbidden_does_not_begin() {
        let queries = Queries::default();
        queries.forbid("7f");
        assert!(matches!(queries.begin("7f", "kim", None), Err(Error::Cancelled)));
        for other in 0..REMEMBERED {
            queries.forbid(&other.to_string());
        }
        assert!(queries.begin("7f", "kim", None).is_ok(), "only so many are remembered");
    }
}
