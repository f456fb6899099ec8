//! Work that is mostly short, done on the thread that asks for it.
//!
//! To wake a thread of the other runtime and to be woken by it takes longer than planning a small query. So such work is done
//! where it is asked for, as long as another thread is left to serve sockets.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, Stream, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// Threads of the runtime that asks on which such work may be done at a time.
#[derive(Debug)]
pub(super) struct Places(Arc<Semaphore>);

/// A thread that is taken up.
pub(super) type Place = OwnedSemaphorePermit;

impl Places {
    /// All threads of the runtime that this is called on but one; none outside of a runtime.
    pub(super) fn of_current() -> Self {
        let threads = Handle::try_current().map_or(0, |runtime| runtime.metrics().num_workers());
        Self(Arc::new(Semaphore::new(threads.saturating_sub(1))))
    }

    /// Takes up a thread, where one is left.
    pub(super) fn take(&self) -> Option<Place> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }
}

/// The end of a future, or what its panic says.
pub(super) async fn caught<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let outcome = AssertUnwindSafe(future).catch_unwind().await;
    outcome.unwrap_or_else(|payload| Err(crashed(payload.as_ref())))
}

/// The items of a stream up to a panic, which is the last one, while a thread is taken up.
pub(super) fn caught_items<T>(place: Place, stream: impl Stream<Item = Result<T>>) -> impl Stream<Item = Result<T>> {
    let items = AssertUnwindSafe(stream).catch_unwind();
    items.map(move |item| {
        let _taken = &place;
        item.unwrap_or_else(|payload| Err(crashed(payload.as_ref())))
    })
}

fn crashed(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Error::Crashed {
        source: format!("panicked: {}", text.unwrap_or_default()).into(),
    }
}
