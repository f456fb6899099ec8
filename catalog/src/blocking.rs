//! File-system work off the async threads.

use crate::{Error, Result};

/// Runs work that waits for the disk on a thread where waiting hurts nobody.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(source) => Err(Error::Worker { source }),
    }
}
