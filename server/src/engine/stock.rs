//! States of queries to come, copied while nobody waits for them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use datafusion::execution::session_state::SessionState;

/// Copies that are kept. One holds the names of all functions, and takes some tens of microseconds to make.
const SPARE: usize = 4;

/// The state that every query's own state begins as, and copies of it.
pub struct Stock {
    first: SessionState,
    spare: Mutex<Vec<SessionState>>,
}

impl Stock {
    /// A stock of copies of a state, with none in it yet.
    pub fn new(first: SessionState) -> Self {
        Self {
            first,
            spare: Mutex::default(),
        }
    }

    /// What the states are copies of.
    pub fn first(&self) -> &SessionState {
        &self.first
    }

    /// A state of the caller's own.
    pub fn take(&self) -> SessionState {
        let spare = self.spare().pop();
        spare.unwrap_or_else(|| self.first.clone())
    }

    /// Makes one more copy, unless there are enough.
    pub fn fill(&self) {
        if self.spare().len() < SPARE {
            let copy = self.first.clone();
            self.spare().push(copy);
        }
    }

    fn spare(&self) -> MutexGuard<'_, Vec<SessionState>> {
        // Nothing panics while it holds the lock.
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
