//! Work that nobody waits for any more, told at once.
//!
//! A task that is aborted goes on waiting for its turn behind all others, and a sort queues thousands of tasks of its own:
//! the one that is to drop them stands at the end. So every task that works for a query knows whether it has been halted,
//! and does nothing in its turn when it has.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use datafusion::common::runtime::{JoinSetTracer, set_join_set_tracer};
use futures::future::BoxFuture;

tokio::task_local! {
    static CURRENT: Halt;
}

/// Whether some work has been halted. Clones tell the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Halt(Arc<AtomicBool>);

impl Halt {
    /// Has the work do nothing more, wherever it stands.
    pub(super) fn halt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Work that can be halted, with all tasks that it starts through `DataFusion`. Once halted it never ends: it is to be
    /// aborted as well.
    pub(super) fn watch<F: Future + Unpin>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(
            self.clone(),
            Halting {
                work,
                halt: self.clone(),
            },
        )
    }
}

struct Halting<F> {
    work: F,
    halt: Halt,
}

impl<F: Future + Unpin> Future for Halting<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.halt.0.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        Pin::new(&mut self.work).poll(cx)
    }
}

/// Has the tasks that `DataFusion` starts be halted with the work that starts them.
pub(super) fn inherit() {
    // It fails where another runtime of the process has said so already.
    let _ = set_join_set_tracer(&Inherited);
}

struct Inherited;

type Work = BoxFuture<'static, Box<dyn Any + Send>>;
type Blocking = Box<dyn FnOnce() -> Box<dyn Any + Send> + Send>;

impl JoinSetTracer for Inherited {
    fn trace_future(&self, work: Work) -> Work {
        match CURRENT.try_with(Halt::clone) {
            Ok(halt) => Box::pin(halt.watch(work)),
            Err(_) => work,
        }
    }

    fn trace_block(&self, work: Blocking) -> Blocking {
        work
    }
}
