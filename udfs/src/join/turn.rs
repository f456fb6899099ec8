//! Giving way to other tasks.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Ends at the second poll, so that others get their turn.
///
/// It wakes itself, which puts the task where another thread can take it up at once.
#[derive(Debug, Default)]
pub struct OthersTurn {
    is_over: bool,
}

impl Future for OthersTurn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_over {
            return Poll::Ready(());
        }
        self.is_over = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
