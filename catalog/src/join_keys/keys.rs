//! The keys of one side of a join, gathered from all partitions of it and awaited by the scan of the other.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use tokio::sync::watch;

use super::key_set::{KeyCode, KeyKind, KeySet};

/// Above this many keys a scan is not pruned: it would read most of a country anyhow, and the keys cost memory.
const MAX_KEYS: usize = 1_000_000;

/// From how many gathered keys on duplicates are first removed.
const FIRST_COMPACTION: usize = 65_536;

/// What is known of a side's keys when all its rows have been seen.
#[derive(Debug, Clone)]
pub enum Found {
    /// All keys.
    Keys(Arc<KeySet>),
    /// There were too many to keep, or not all were seen.
    Unknown,
}

/// The keys of one side of a join.
#[derive(Debug)]
pub struct JoinKeys {
    kind: KeyKind,
    gathered: Mutex<Gathered>,
    found: watch::Sender<Option<Found>>,
}

#[derive(Debug)]
struct Gathered {
    started: HashSet<usize>,
    /// The number of partitions that have not ended.
    pending: usize,
    complete: bool,
    codes: Vec<KeyCode>,
    reservations: Vec<MemoryReservation>,
}

/// Gathers the keys of one partition. Its drop says that the partition has ended.
#[derive(Debug)]
pub struct Gatherer {
    keys: Arc<JoinKeys>,
    codes: Vec<KeyCode>,
    compact_at: usize,
    complete: bool,
    reservation: Option<MemoryReservation>,
}

impl JoinKeys {
    /// Keys of this kind, to come from so many partitions.
    pub fn new(kind: KeyKind, n_partitions: usize) -> Self {
        let gathered = Gathered {
            started: HashSet::new(),
            pending: n_partitions,
            complete: true,
            codes: Vec::new(),
            reservations: Vec::new(),
        };
        Self {
            kind,
            gathered: Mutex::new(gathered),
            found: watch::Sender::new(None),
        }
    }

    /// True when a column of this type can be compared with the keys.
    pub fn suits(&self, data_type: &DataType) -> bool {
        KeyKind::of(data_type) == Some(self.kind)
    }

    /// Begins to gather the keys of a partition.
    ///
    /// A partition that comes for the second time belongs to another run of the plan, which may see other keys: then
    /// the keys are unknown for good.
    pub fn gather(self: &Arc<Self>, partition: usize, pool: &Arc<dyn MemoryPool>) -> Gatherer {
        if !self.lock().started.insert(partition) {
            self.give_up();
        }
        Gatherer {
            keys: Arc::clone(self),
            codes: Vec::new(),
            compact_at: FIRST_COMPACTION,
            complete: true,
            reservation: Some(MemoryConsumer::new("JoinKeys").register(pool)),
        }
    }

    /// Declares the keys unknown.
    pub fn give_up(&self) {
        self.lock().complete = false;
        self.found.send_replace(Some(Found::Unknown));
    }

    /// Waits until all partitions have ended.
    pub async fn found(&self) -> Found {
        let mut found = self.found.subscribe();
        match found.wait_for(Option::is_some).await {
            Ok(found) => found.clone().unwrap_or(Found::Unknown),
            Err(_closed) => Found::Unknown,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn partition_ended(&self, gatherer: &mut Gatherer) {
        let mut all = self.lock();
        all.complete &= gatherer.complete;
        all.pending = all.pending.saturating_sub(1);
        if all.complete {
            all.codes.append(&mut gatherer.codes);
            all.reservations.extend(gatherer.reservation.take());
        } else {
            all.codes = Vec::new();
            all.reservations.clear();
        }
        if all.pending > 0 {
            return;
        }
        let found = match all.reservations.pop() {
            Some(reservation) if all.complete => {
                let keys = KeySet::new(self.kind, std::mem::take(&mut all.codes), reservation);
                all.reservations.clear();
                Found::of(keys)
            }
            _ => Found::Unknown,
        };
        self.found.send_replace(Some(found));
    }
}

impl Found {
    fn of(keys: KeySet) -> Self {
        if keys.len() <= MAX_KEYS && keys.reserve().is_ok() {
            Self::Keys(Arc::new(keys))
        } else {
            Self::Unknown
        }
    }
}

impl Gatherer {
    /// Adds the keys of some rows.
    ///
    /// # Errors
    ///
    /// [`ArrowError`] when the keys cannot be read as their kind.
    pub fn add(&mut self, keys: &ArrayRef) -> Result<(), ArrowError> {
        if !self.complete {
            return Ok(());
        }
        for code in KeyCode::of_array(keys)?.into_iter().flatten() {
            if self.codes.last() != Some(&code) {
                self.codes.push(code);
            }
        }
        let mut too_many = false;
        if self.codes.len() >= self.compact_at {
            self.codes.sort_unstable();
            self.codes.dedup();
            self.compact_at = (self.codes.len() * 2).max(FIRST_COMPACTION);
            too_many = self.codes.len() > MAX_KEYS;
        }
        let bytes = self.codes.capacity() * KeyCode::BYTES;
        let reserved = self
            .reservation
            .as_ref()
            .map(|reservation| reservation.try_resize(bytes));
        if too_many || !matches!(reserved, Some(Ok(()))) {
            self.give_up();
        }
        Ok(())
    }

    /// Forgets the keys of the partition, and so of the side.
    pub fn give_up(&mut self) {
        self.complete = false;
        self.codes = Vec::new();
        self.reservation = None;
    }
}

impl Drop for Gatherer {
    fn drop(&mut self) {
        let keys = Arc::clone(&self.keys);
        keys.partition_ended(self);
    }
}
