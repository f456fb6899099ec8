//! Reading and converting on all cores: readers stream undecoded chunks, converters decode them and hand the rows on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::areas::{self, Collected};
use crate::cadastral::convert;
use crate::error::{Error, Result};
use crate::options::Cancel;
use crate::plan::{PartRows, Plan};
use crate::progress::Progress;
use crate::region::Regions;
use crate::reject::{RejectCode, Rejected};
use crate::reject_file::RejectFile;
use crate::report::Notes;
use crate::shuffle::Shuffle;
use crate::source::Chunk;

/// Chunks that wait for each converter.
const WAITING_CHUNKS: usize = 2;

/// What the threads share.
pub(crate) struct Pipeline<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) regions: &'a Regions,
    pub(crate) areas: &'a Collected,
    pub(crate) shuffle: &'a Shuffle,
    pub(crate) rejects: &'a RejectFile,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) stop: &'a Stop,
}

/// Whether the run is to end early: on request, or because nobody waits for it any more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop {
    pub(crate) asked: Cancel,
    pub(crate) abandoned: Cancel,
}

impl Stop {
    pub(crate) fn is_set(&self) -> bool {
        self.asked.is_cancelled() || self.abandoned.is_cancelled()
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.is_set() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Passes a thread's result on; a failure stops the other threads.
    fn on_failure<T>(&self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.abandoned.cancel();
        }
        result
    }
}

/// What became of the rows of one part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PartTotals {
    /// Records that the reader counted, without deleted ones.
    pub(crate) rows_in: u64,
    /// Rows that were converted.
    pub(crate) published: u64,
    /// Rows that went to the reject file, by code.
    pub(crate) rejected: BTreeMap<RejectCode, u64>,
    pub(crate) notes: Notes,
}

impl PartTotals {
    pub(crate) fn n_rejected(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// A chunk and the number of its part.
type Work = (usize, Chunk);

impl Pipeline<'_> {
    /// Reads and converts every part; returns what became of each.
    pub(crate) fn run(&self, threads: usize) -> Result<Vec<PartTotals>> {
        let n_parts = self.plan.parts.len();
        let n_readers = (threads / 2).clamp(1, n_parts);
        let next_part = AtomicUsize::new(0);
        let (sender, receiver) = sync_channel::<Work>(threads * WAITING_CHUNKS);
        // The converters own the receiver together: when the last is gone, readers find nobody to send to.
        let receiver = Arc::new(Mutex::new(receiver));
        std::thread::scope(|scope| {
            let mut readers = Vec::new();
            let mut converters = Vec::new();
            for _ in 0..n_readers {
                let sender = sender.clone();
                let next_part = &next_part;
                readers.push(scope.spawn(move || self.stop.on_failure(self.read(next_part, &sender))));
            }
            drop(sender);
            for _ in 0..threads {
                let receiver = Arc::clone(&receiver);
                converters.push(scope.spawn(move || self.stop.on_failure(self.convert_all(&receiver))));
            }
            drop(receiver);
            let converted = converters.into_iter().map(|thread| join(thread, "converting"));
            let read = readers.into_iter().map(|thread| join(thread, "reading"));
            let mut results: Vec<Result<Vec<PartTotals>>> = converted.chain(read).collect();
            // What went wrong counts, not that the other threads were stopped for it.
            results.sort_by_key(|result| !matches!(result, Err(error) if !matches!(error, Error::Cancelled)));
            let mut totals = vec![PartTotals::default(); n_parts];
            for result in results {
                for (total, more) in totals.iter_mut().zip(result?) {
                    total.rows_in += more.rows_in;
                    total.published += more.published;
                    total.notes.add(&more.notes);
                    more.rejected
                        .into_iter()
                        .for_each(|(code, count)| *total.rejected.entry(code).or_default() += count);
                }
            }
            for total in &mut totals {
                total.rows_in -= total.notes.rows_deleted.min(total.rows_in);
            }
            self.stop.check()?;
            Ok(totals)
        })
    }

    /// Streams one part after the other; returns the records per part.
    fn read(&self, next_part: &AtomicUsize, sender: &SyncSender<Work>) -> Result<Vec<PartTotals>> {
        let parts = &self.plan.parts;
        let mut totals = vec![PartTotals::default(); parts.len()];
        loop {
            let idx = next_part.fetch_add(1, Ordering::Relaxed);
            let Some(planned) = parts.get(idx) else {
                return Ok(totals);
            };
            for chunk in planned.part.open(&self.plan.read_options)?.chunks() {
                let chunk = chunk?;
                totals[idx].rows_in += chunk.records() as u64;
                let nobody_listens = sender.send((idx, chunk)).is_err();
                if nobody_listens || self.stop.is_set() {
                    return Ok(totals);
                }
            }
        }
    }

    fn convert_all(&self, receiver: &Mutex<Receiver<Work>>) -> Result<Vec<PartTotals>> {
        let mut totals = vec![PartTotals::default(); self.plan.parts.len()];
        loop {
            let work = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((idx, chunk)) = work else { return Ok(totals) };
            self.stop.check()?;
            self.convert(idx, chunk, &mut totals[idx])?;
        }
    }

    fn convert(&self, idx: usize, chunk: Chunk, totals: &mut PartTotals) -> Result<()> {
        let planned = &self.plan.parts[idx];
        let bytes = chunk.bytes_read;
        let batch = chunk.decode();
        let failed = |source| Error::Arrow {
            what: "the columns of the input",
            source,
        };
        let (published, rejected, notes): (u64, Vec<Rejected>, Notes) = match (&planned.rows, &self.plan.plain) {
            (PartRows::Parcels(part), _) => {
                let converted = convert::convert(part, self.regions, batch).map_err(failed)?;
                for (bucket, records) in converted.buckets {
                    self.shuffle.append(bucket, records)?;
                }
                self.regions.note_dates(&converted.dates);
                (converted.published, converted.rejected, converted.notes)
            }
            (PartRows::Plain(to_wgs84), Some(columns)) => {
                let converted = columns.convert(to_wgs84, batch).map_err(failed)?;
                self.shuffle.append(0, converted.records)?;
                (converted.published, converted.rejected, converted.notes)
            }
            (PartRows::Areas(part), _) => {
                let converted = areas::convert(part, idx, self.areas, batch).map_err(failed)?;
                (converted.published, converted.rejected, converted.notes)
            }
            (PartRows::Plain(_), None) => return Ok(()),
        };
        self.rejects.write(&planned.part.name, &rejected)?;
        let rows = published + rejected.len() as u64;
        totals.published += published;
        totals.notes.add(&notes);
        for row in &rejected {
            *totals.rejected.entry(row.code).or_default() += 1;
        }
        self.progress.advance(bytes, rows);
        Ok(())
    }
}

/// The thread's result, or an error in place of its panic.
pub(crate) fn join<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T>>, task: &'static str) -> Result<T> {
    thread.join().unwrap_or(Err(Error::ThreadDied { thread: task }))
}
