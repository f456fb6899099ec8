//! Queries that were planned and not asked for yet, so that what `GetFlightInfo` has planned is what `DoGet` runs.
//!
//! A ticket holds all that is needed to plan again, so that nothing depends on a plan that is kept here.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Query;

/// Plans that are kept; the oldest goes first. A driver asks for its rows at once.
const KEPT: usize = 64;

/// The plans that are kept, the oldest first.
#[derive(Default)]
pub(super) struct Plans {
    queries: Mutex<VecDeque<(String, Box<Query>)>>,
}

impl Plans {
    /// Keeps a query under its id.
    pub(super) fn keep(&self, id: &str, query: Box<Query>) {
        let mut queries = self.queries();
        if queries.len() == KEPT {
            queries.pop_front();
        }
        queries.push_back((id.to_owned(), query));
    }

    /// The query of an id, which is kept no more.
    pub(super) fn take(&self, id: &str) -> Option<Box<Query>> {
        let mut queries = self.queries();
        let place = queries.iter().position(|(kept, _)| kept == id)?;
        queries.remove(place).map(|(_, query)| query)
    }

    fn queries(&self) -> MutexGuard<'_, VecDeque<(String, Box<Query>)>> {
        // Nothing panics while it holds the lock.
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
