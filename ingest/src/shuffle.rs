//! Bringing together what belongs together, in bounded memory.
//!
//! Converted rows arrive in the order of the files. They are collected in one bucket per 시군구 or 시도; when the buckets
//! outgrow the memory, the largest go to files. Afterwards each bucket is read back, sorted and handed on; one that
//! is too large is first split by group, and a group by stretches of the Hilbert curve, so that no input is too large.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::record::{self, Record};

/// Positions on the Hilbert curve have this many bits.
const POSITION_BITS: u32 = 40;
/// A stretch of the curve is cut into 2^6 when it holds too much.
const SPLIT_BITS: u32 = 6;
/// Bytes collected for each part of a bucket that is being split.
const SPLIT_BUFFER_BYTES: usize = 16 << 10;

/// Collects records by bucket; shared by the converting threads.
pub(crate) struct Shuffle {
    dir: PathBuf,
    memory_bytes: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    buckets: Vec<Bucket>,
    held_bytes: usize,
}

/// All records of one 시군구 or 시도, in memory and in a file.
#[derive(Default)]
pub(crate) struct Bucket {
    segments: Vec<Vec<u8>>,
    held_bytes: usize,
    file: Option<PathBuf>,
    file_bytes: usize,
}

/// Sorted records.
pub(crate) struct Run<'a> {
    records: Vec<Record<'a>>,
}

impl Run<'_> {
    /// The records in order.
    pub(crate) fn records(&self) -> &[Record<'_>] {
        &self.records
    }
}

impl Shuffle {
    /// A shuffle that holds up to `memory_bytes` and puts the rest into `dir`.
    pub(crate) fn new(dir: PathBuf, memory_bytes: usize) -> Self {
        Self {
            dir,
            memory_bytes,
            state: Mutex::default(),
        }
    }

    /// Adds encoded records to a bucket.
    pub(crate) fn append(&self, bucket: u32, mut records: Vec<u8>) -> Result<()> {
        records.shrink_to_fit();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let idx = bucket as usize;
        if state.buckets.len() <= idx {
            state.buckets.resize_with(idx + 1, Bucket::default);
        }
        state.held_bytes += records.len();
        state.buckets[idx].held_bytes += records.len();
        state.buckets[idx].segments.push(records);
        if state.held_bytes > self.memory_bytes {
            self.spill(&mut state)?;
        }
        Ok(())
    }

    /// The buckets by number; one that got no records is empty.
    pub(crate) fn finish(self) -> Vec<Bucket> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).buckets
    }

    /// Writes the largest buckets to files until half of the memory is free.
    fn spill(&self, state: &mut State) -> Result<()> {
        let mut by_size: Vec<usize> = (0..state.buckets.len()).collect();
        by_size.sort_unstable_by_key(|idx| std::cmp::Reverse(state.buckets[*idx].held_bytes));
        for idx in by_size {
            if state.held_bytes <= self.memory_bytes / 2 {
                break;
            }
            let bucket = &mut state.buckets[idx];
            let path = self.dir.join(format!("bucket-{idx}"));
            append_to_file(&path, &bucket.segments)?;
            state.held_bytes -= bucket.held_bytes;
            bucket.file = Some(path);
            bucket.file_bytes += bucket.held_bytes;
            bucket.held_bytes = 0;
            bucket.segments = Vec::new();
        }
        Ok(())
    }
}

impl Bucket {
    /// Bytes of all records.
    pub(crate) fn bytes(&self) -> usize {
        self.held_bytes + self.file_bytes
    }

    /// Bytes that wait in a file.
    pub(crate) fn file_bytes(&self) -> usize {
        self.file_bytes
    }

    /// Hands on all records in order, in runs of up to `memory_bytes` (a run is larger only when the rows of one
    /// place on the curve are). The bucket's file is removed.
    pub(crate) fn for_each_run(self, memory_bytes: usize, visit: &mut dyn FnMut(&Run<'_>) -> Result<()>) -> Result<()> {
        self.visit_runs(memory_bytes, SplitBy::Group, visit)
    }

    fn visit_runs(
        self,
        memory_bytes: usize,
        split_by: SplitBy,
        visit: &mut dyn FnMut(&Run<'_>) -> Result<()>,
    ) -> Result<()> {
        let fits = self.bytes() <= memory_bytes || split_by == SplitBy::Position { shift: 0 };
        if fits || self.file.is_none() {
            return self.visit_sorted(visit);
        }
        for part in self.split(split_by)? {
            part.visit_runs(memory_bytes, split_by.next(), visit)?;
        }
        Ok(())
    }

    fn visit_sorted(mut self, visit: &mut dyn FnMut(&Run<'_>) -> Result<()>) -> Result<()> {
        if let Some(path) = &self.file {
            self.segments
                .push(std::fs::read(path).map_err(Error::io("read", path))?);
            std::fs::remove_file(path).map_err(Error::io("remove", path))?;
        }
        let mut records = Vec::new();
        for segment in &self.segments {
            let mut rest = segment.as_slice();
            while let Some((record, after)) = record::first(rest) {
                records.push(record);
                rest = after;
            }
        }
        records.sort_unstable();
        visit(&Run { records })
    }

    /// Distributes the records over smaller buckets, which together are in order.
    fn split(self, split_by: SplitBy) -> Result<Vec<Self>> {
        let Some(path) = &self.file else { return Ok(vec![self]) };
        append_to_file(path, &self.segments)?;
        let mut parts: std::collections::BTreeMap<u64, Self> = std::collections::BTreeMap::new();
        let mut reader = std::io::BufReader::with_capacity(1 << 20, File::open(path).map_err(Error::io("open", path))?);
        let mut buffer = Vec::new();
        while read_record(&mut reader, &mut buffer).map_err(Error::io("read", path))? {
            let Some((record, _)) = record::first(&buffer) else {
                break;
            };
            let key = split_by.key(&record);
            let part = parts.entry(key).or_default();
            let segment = match part.segments.last_mut() {
                Some(segment) => segment,
                None => part.segments.push_mut(Vec::with_capacity(SPLIT_BUFFER_BYTES)),
            };
            segment.extend_from_slice(&buffer);
            part.held_bytes += buffer.len();
            if part.held_bytes > SPLIT_BUFFER_BYTES {
                part.write_out(path, key)?;
            }
        }
        for (key, part) in &mut parts {
            part.write_out(path, *key)?;
        }
        std::fs::remove_file(path).map_err(Error::io("remove", path))?;
        Ok(parts.into_values().collect())
    }

    /// Moves what is in memory to the file of a part of the bucket at `parent`.
    fn write_out(&mut self, parent: &Path, key: u64) -> Result<()> {
        let mut name = parent.as_os_str().to_owned();
        name.push(format!("-{key}"));
        let path = PathBuf::from(name);
        append_to_file(&path, &self.segments)?;
        self.segments.iter_mut().for_each(Vec::clear);
        self.file_bytes += std::mem::take(&mut self.held_bytes);
        self.file = Some(path);
        Ok(())
    }
}

/// By what a bucket that is too large is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SplitBy {
    /// By group.
    Group,
    /// By the bits of the position above `shift`; those above the next six are the same in all records.
    Position { shift: u32 },
}

impl SplitBy {
    fn key(self, record: &Record<'_>) -> u64 {
        match self {
            Self::Group => record.group,
            Self::Position { shift } => record.position >> shift,
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Group => Self::Position {
                shift: POSITION_BITS - SPLIT_BITS,
            },
            Self::Position { shift } => Self::Position {
                shift: shift.saturating_sub(SPLIT_BITS),
            },
        }
    }
}

/// Reads the bytes of one record into `buffer`; false at the end.
fn read_record(reader: &mut impl std::io::BufRead, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    if reader.fill_buf()?.is_empty() {
        return Ok(false);
    }
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    buffer.clear();
    buffer.extend_from_slice(&length);
    buffer.resize((u32::from_le_bytes(length) as usize).max(length.len()), 0);
    reader.read_exact(&mut buffer[length.len()..])?;
    Ok(true)
}

fn append_to_file(path: &Path, segments: &[Vec<u8>]) -> Result<()> {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(Error::io("create", path))?;
    for segment in segments {
        file.write_all(segment).map_err(Error::io("write", path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;
    type Rows = Vec<(u64, u64, Vec<u8>)>;

    /// Rows of three buckets in a scattered order, with repeated positions and whole repeated rows.
    fn rows() -> Vec<(u32, Rows)> {
        let mut scattered = 1_u64;
        let mut all = Vec::new();
        for chunk in 0..60 {
            let mut rows = Rows::new();
            for _ in 0..50 {
                scattered = scattered
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let group = (scattered >> 60) % 5;
                let position = (scattered >> 20) % (1 << POSITION_BITS) / 1_000_000 * 1_000_000;
                rows.push((
                    group,
                    position,
                    scattered.to_be_bytes()[..usize::from(chunk % 7 == 0) * 4].to_vec(),
                ));
            }
            all.push((chunk % 3, rows));
        }
        all
    }

    fn shuffled(memory_bytes: usize, run_bytes: usize) -> Result<Vec<Rows>, Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let shuffle = Shuffle::new(dir.path().to_owned(), memory_bytes);
        for (bucket, rows) in rows() {
            let mut encoded = Vec::new();
            for (group, position, payload) in &rows {
                record::push(&mut encoded, *group, *position, payload);
            }
            shuffle.append(bucket, encoded)?;
        }
        let mut buckets = Vec::new();
        for bucket in shuffle.finish() {
            let mut out = Rows::new();
            bucket.for_each_run(run_bytes, &mut |run| {
                out.extend(
                    run.records()
                        .iter()
                        .map(|row| (row.group, row.position, row.payload.to_vec())),
                );
                Ok(())
            })?;
            buckets.push(out);
        }
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 0, "files stay behind");
        Ok(buckets)
    }

    #[test]
    fn any_budget_gives_the_same_rows_in_the_same_order() -> TestResult {
        let mut expected = vec![Rows::new(), Rows::new(), Rows::new()];
        for (bucket, rows) in rows() {
            expected[bucket as usize].extend(rows);
        }
        for rows in &mut expected {
            rows.sort();
        }
        for (memory_bytes, run_bytes) in [
            (usize::MAX, usize::MAX),
            (10_000, usize::MAX),
            (10_000, 5_000),
            (0, 100),
            (0, 0),
        ] {
            assert_eq!(
                shuffled(memory_bytes, run_bytes)?,
                expected,
                "{memory_bytes} {run_bytes}"
            );
        }
        Ok(())
    }
}
