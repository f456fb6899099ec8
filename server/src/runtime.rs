//! The threads that run queries, apart from those that serve sockets.
//!
//! A query that keeps every core busy must not keep the server from answering. So work on rows happens on a runtime
//! of its own, and results cross to the sockets by a bounded channel: a slow client slows its query, not memory. Only
//! what is mostly short, as planning is, is done on the threads of the sockets, one of which is always left to them.

mod brief;
mod halt;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use crate::error::{Error, Result};

use brief::Places;
use halt::Halt;

/// Items that may wait between the two runtimes.
const CROSSING_DEPTH: usize = 2;

/// Stack of a thread, in bytes: deeply nested expressions are planned by recursion.
pub const STACK_BYTES: usize = 8 << 20;

/// The runtime for planning and execution. Dropping it stops everything that runs on it.
#[derive(Debug)]
pub struct CpuRuntime {
    runtime: Option<Runtime>,
    handle: Handle,
    /// Threads of the runtime of the sockets on which brief work may be done.
    places: Places,
}

impl CpuRuntime {
    /// Starts `threads` threads; one per core when `None`. It is called on the runtime that serves sockets.
    ///
    /// # Errors
    ///
    /// [`Error::Threads`] when the system refuses.
    pub fn start(threads: Option<usize>) -> Result<Self> {
        halt::inherit();
        let mut builder = Builder::new_multi_thread();
        if let Some(threads) = threads {
            builder.worker_threads(threads.max(1));
        }
        let runtime = builder
            .thread_name("pilji-cpu")
            .thread_stack_size(STACK_BYTES)
            .enable_all()
            .build()
            .map_err(|source| Error::Threads { source })?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            places: Places::of_current(),
        })
    }

    /// Number of tasks that have not ended.
    pub fn tasks(&self) -> usize {
        self.handle.metrics().num_alive_tasks()
    }

    /// Runs a future on this runtime; dropping the returned one aborts it.
    ///
    /// # Errors
    ///
    /// Those of the future; [`Error::Crashed`] when it panicked or the runtime was stopped.
    pub async fn run<T, F>(&self, future: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let mut task = self.spawn(future);
        (&mut task.work).await.map_err(crashed)?
    }

    /// Runs a future that is mostly short, as planning is: on the thread that asks, unless no other would be left to serve
    /// sockets, else on this runtime.
    ///
    /// # Errors
    ///
    /// Those of the future; [`Error::Crashed`] when it panicked or the runtime was stopped.
    pub async fn run_briefly<T, F>(&self, future: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        match self.places.take() {
            Some(_place) => brief::caught(future).await,
            None => self.run(future).await,
        }
    }

    /// The items of a stream that ends soon: made on the thread that asks, unless no other would be left to serve sockets,
    /// else on this runtime.
    pub fn cross_briefly<T, S>(&self, stream: S) -> BoxStream<'static, Result<T>>
    where
        T: Send + 'static,
        S: Stream<Item = Result<T>> + Send + 'static,
    {
        match self.places.take() {
            Some(place) => brief::caught_items(place, stream).boxed(),
            None => self.cross(stream).boxed(),
        }
    }

    /// Polls a stream on this runtime and hands its items over; dropping the returned one aborts it.
    pub fn cross<T, S>(&self, stream: S) -> Crossing<T>
    where
        T: Send + 'static,
        S: Stream<Item = Result<T>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(CROSSING_DEPTH);
        let task = self.spawn(async move {
            let mut stream = std::pin::pin!(stream);
            while let Some(item) = stream.next().await {
                if sender.send(item).await.is_err() {
                    break;
                }
            }
        });
        Crossing {
            receiver,
            task,
            ended: false,
        }
    }

    /// Does some work on this runtime, for which nobody waits.
    pub fn later(&self, work: impl FnOnce() + Send + 'static) {
        self.handle.spawn(async { work() });
    }

    fn spawn<F>(&self, future: F) -> AbortOnDrop<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let halt = Halt::default();
        AbortOnDrop {
            work: self.handle.spawn(halt.watch(Box::pin(future))),
            halt,
        }
    }
}

impl Drop for CpuRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct AbortOnDrop<T> {
    work: JoinHandle<T>,
    halt: Halt,
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.halt.halt();
        self.work.abort();
    }
}

/// A stream whose items are made on the other runtime.
pub struct Crossing<T> {
    receiver: mpsc::Receiver<Result<T>>,
    task: AbortOnDrop<()>,
    ended: bool,
}

impl<T> Stream for Crossing<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        match self.receiver.poll_recv(cx) {
            Poll::Ready(None) => {}
            other => return other,
        }
        // The channel is closed: by the end of the stream, or by a panic, which must not look like one.
        match Pin::new(&mut self.task.work).poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(outcome) => {
                self.ended = true;
                Poll::Ready(outcome.err().map(|error| Err(crashed(error))))
            }
        }
    }
}

fn crashed(error: JoinError) -> Error {
    Error::Crashed { source: error.into() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use datafusion::common::runtime::JoinSet;
    use futures::stream;
    use tokio::sync::{oneshot, watch};

    use super::*;

    #[tokio::test]
    async fn items_arrive_in_order() {
        let cpu = CpuRuntime::start(Some(1)).unwrap();
        let items: Vec<_> = cpu
            .cross(stream::iter(0..100).map(Ok))
            .map(Result::unwrap)
            .collect()
            .await;
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_not_the_end_of_the_stream() {
        let cpu = CpuRuntime::start(Some(1)).unwrap();
        let divided = |n: i32| Ok(100 / std::hint::black_box(n));
        let items: Vec<_> = cpu.cross(stream::iter([1, 0]).map(divided)).collect().await;
        assert_eq!(items.len(), 2);
        assert!(matches!(items[1], Err(Error::Crashed { .. })));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn brief_work_is_done_where_it_is_asked_for_while_another_thread_is_left() {
        let cpu = CpuRuntime::start(Some(1)).unwrap();
        let where_it_is_done = || async { Ok(std::thread::current().name().map(str::to_owned)) };
        let own = Some("pilji-cpu".to_owned());
        let asking = tokio::spawn(async move {
            assert_ne!(cpu.run_briefly(where_it_is_done()).await.unwrap(), own);
            let endless = cpu.cross_briefly(stream::pending::<Result<()>>());
            assert_eq!(cpu.run_briefly(where_it_is_done()).await.unwrap(), own);
            drop(endless);
            assert_ne!(cpu.run_briefly(where_it_is_done()).await.unwrap(), own);
            let divided = |n: i32| Ok(100 / std::hint::black_box(n));
            let items: Vec<_> = cpu.cross_briefly(stream::iter([1, 0, 2]).map(divided)).collect().await;
            assert!(matches!(items[..], [Ok(100), Err(Error::Crashed { .. })]));
            let failed = cpu.run_briefly(async move { divided(0) }).await;
            assert!(matches!(failed, Err(Error::Crashed { .. })));
        });
        asking.await.unwrap();
    }

    #[tokio::test]
    async fn what_waits_for_its_turn_does_nothing_once_its_work_is_halted() {
        let cpu = CpuRuntime::start(Some(1)).unwrap();
        let done = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&done);
        let (gate, opens) = watch::channel(false);
        let mut crossing = Box::pin(cpu.run(async move {
            let mut tasks = JoinSet::new();
            for _ in 0..1000 {
                let (counted, mut opens) = (Arc::clone(&counted), opens.clone());
                tasks.spawn(async move {
                    opens.wait_for(|is_open| *is_open).await.unwrap();
                    counted.fetch_add(1, Ordering::Relaxed);
                });
            }
            while tasks.join_next().await.is_some() {}
            Ok(())
        }));
        assert!(futures::poll!(&mut crossing).is_pending());
        // Something else has the only thread while all of them get their turn, and the one that is to drop them behind them.
        let (begun, begins) = oneshot::channel();
        let (go_on, goes_on) = std::sync::mpsc::channel();
        let mut other = Box::pin(cpu.run(async move {
            begun.send(()).unwrap();
            goes_on.recv().unwrap();
            Ok(())
        }));
        assert!(futures::poll!(&mut other).is_pending());
        begins.await.unwrap();
        gate.send(true).unwrap();
        drop(crossing);
        go_on.send(()).unwrap();
        other.await.unwrap();
        cpu.run(async { Ok(()) }).await.unwrap();
        assert_eq!(done.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn dropping_the_crossing_drops_the_stream_behind_it() {
        struct Tell(Option<oneshot::Sender<()>>);
        impl Drop for Tell {
            fn drop(&mut self) {
                let _ = self.0.take().unwrap().send(());
            }
        }
        let cpu = CpuRuntime::start(Some(1)).unwrap();
        let (sender, receiver) = oneshot::channel();
        let tell = Tell(Some(sender));
        let endless = stream::pending::<Result<()>>().inspect(move |_| {
            let _ = &tell;
        });
        drop(cpu.cross(endless));
        receiver.await.unwrap();
    }
}
