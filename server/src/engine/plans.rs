//! Queries that were planned and not asked for yet, so that a text is planned once on its way to its rows: what `Prepare` has
//! planned is what `GetFlightInfo` answers with, and what that has planned is what `DoGet` runs.
//!
//! A handle or ticket holds all that is needed to plan again, so that nothing depends on a plan that is kept here.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Query, Settings};

/// Plans of each kind that are kept; the oldest goes first. A driver asks for its rows at once.
const KEPT: usize = 64;

/// Age up to which the plan of a prepared statement is that of its use: what it reads may change without a new version, as
/// files in a folder do, and be noticed by a new plan only.
const FRESH: Duration = Duration::from_secs(1);

/// The plans that are kept.
#[derive(Default)]
pub(super) struct Plans {
    /// By the ids of their tickets.
    planned: Kept<String>,
    /// By their text, and who prepared it with which options.
    prepared: Kept<(String, Settings)>,
}

impl Plans {
    /// Keeps a query under its id.
    pub(super) fn keep(&self, id: &str, query: Box<Query>) {
        self.planned.keep(id.to_owned(), query);
    }

    /// The query of an id, which is kept no more.
    pub(super) fn take(&self, id: &str) -> Option<Box<Query>> {
        self.planned.take(|kept| kept == id).map(|(query, _)| query)
    }

    /// Keeps the query of a prepared statement, where it would not become another by being planned again in a moment.
    pub(super) fn keep_prepared(&self, text: &str, settings: &Settings, query: Box<Query>) {
        if query.is_lasting {
            self.prepared.keep((text.to_owned(), settings.clone()), query);
        }
    }

    /// The query of a statement that was prepared just now, which is that of its use where it reads the same versions; it is
    /// kept no more.
    pub(super) fn take_prepared(&self, text: &str, settings: &Settings) -> Option<Box<Query>> {
        let (query, since) = self.prepared.take(|(kept, by)| kept == text && by == settings)?;
        (since.elapsed() < FRESH).then_some(query)
    }
}

/// Plans by a key, the oldest first.
struct Kept<K> {
    queries: Mutex<VecDeque<(K, Box<Query>, Instant)>>,
}

impl<K> Default for Kept<K> {
    fn default() -> Self {
        Self {
            queries: Mutex::default(),
        }
    }
}

impl<K> Kept<K> {
    fn keep(&self, key: K, query: Box<Query>) {
        let mut queries = self.queries();
        if queries.len() == KEPT {
            queries.pop_front();
        }
        queries.push_back((key, query, Instant::now()));
    }

    fn take(&self, fits: impl Fn(&K) -> bool) -> Option<(Box<Query>, Instant)> {
        let mut queries = self.queries();
        let place = queries.iter().position(|(key, ..)| fits(key))?;
        queries.remove(place).map(|(_, query, since)| (query, since))
    }

    fn queries(&self) -> MutexGuard<'_, VecDeque<(K, Box<Query>, Instant)>> {
        // Nothing panics while it holds the lock.
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
