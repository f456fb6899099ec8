//! The history of a dataset's files: every entry of its log, one after the other.
//!
//! What a version or a vintage holds is told from here, and what a vacuum may take. It is read once and then extended
//! by the entries that are new. Entries are never removed from a log of Pilji; a history with a hole says nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use pilji_udfs::{Sigungu, superseded};
use serde_json::{Map, Value};

use crate::log::{self, Fingerprint};
use crate::log_entry::LogEntry;
use crate::publish::listed;
use crate::version_summary::VersionSummary;
use crate::{Error, Result};

/// A 시군구 of a dataset; `None` is the whole of a dataset whose files lie in none.
pub type Part = Option<Sigungu>;

/// The history up to some version.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    files: Vec<FileHistory>,
    by_path: HashMap<Arc<str>, usize>,
    /// What each 시군구 held after each commit that touched it, oldest first.
    snapshots: BTreeMap<Part, Vec<Snapshot>>,
    live: BTreeMap<Part, BTreeSet<usize>>,
    versions: Vec<VersionSummary>,
    fingerprint: Option<Fingerprint>,
}

/// The life of one file.
#[derive(Debug, Clone)]
pub struct FileHistory {
    /// Its path below the dataset's folder.
    pub path: Arc<str>,
    /// Its bytes.
    pub bytes: u64,
    /// Its rows, when the log says.
    pub rows: Option<u64>,
    /// The 시군구 that it lies in.
    pub part: Part,
    /// Its largest 데이터기준일자, when the log says.
    pub date: Option<NaiveDate>,
    /// The versions that it was live in: from the first to before the second.
    pub lives: Vec<(u64, Option<u64>)>,
    /// When it was last removed.
    pub removed: Option<DateTime<Utc>>,
    /// The vacuum that gave it up, unless it was published again.
    pub vacuumed: Option<u64>,
}

impl FileHistory {
    /// Whether it was live in a version.
    pub fn is_live_at(&self, version: u64) -> bool {
        let lives = &mut self.lives.iter();
        lives.any(|(from, to)| *from <= version && to.is_none_or(|to| version < to))
    }

    /// Whether it is live in the newest version that was read.
    pub fn is_live(&self) -> bool {
        self.lives.last().is_some_and(|(_, to)| to.is_none())
    }

    /// The version whose entry describes it.
    pub fn described_in(&self) -> u64 {
        self.lives.first().map(|(from, _)| *from).unwrap_or_default()
    }
}

/// What a 시군구 held after a commit.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The commit's version.
    pub version: u64,
    /// The date that the rows describe; unknown where nothing ever said.
    pub vintage: Option<NaiveDate>,
    /// The files, by number.
    pub files: Vec<usize>,
}

/// What a commit said about itself, read from its `commitInfo`.
struct Said {
    /// The vintage of each published 시군구.
    vintages: BTreeMap<Part, NaiveDate>,
    /// The vintage of the whole commit.
    vintage: Option<NaiveDate>,
    /// 시군구 whose place was taken; empty for the whole dataset.
    replaced: BTreeSet<Part>,
    replaced_all: bool,
    /// 시군구 whose successors took their place.
    succeeded: BTreeSet<Part>,
    /// Files that a vacuum gave up.
    vacuumed: Vec<String>,
}

impl Said {
    fn new(info: &Map<String, Value>) -> Self {
        let date = |value: &Value| value.as_str()?.parse::<NaiveDate>().ok();
        let parts = |key: &str| listed(info, key).map(|(sigungu, _)| Some(sigungu)).collect();
        let vacuumed = info.get("vacuumed").and_then(|vacuumed| vacuumed.get("files"));
        let vacuumed = vacuumed.and_then(Value::as_array).into_iter().flatten();
        Self {
            vintages: listed(info, "vintages")
                .filter_map(|(sigungu, entry)| Some((Some(sigungu), date(entry.get("vintage")?)?)))
                .collect(),
            vintage: info.get("vintage").and_then(date),
            replaced: parts("replaced"),
            replaced_all: info.get("replaced").and_then(Value::as_str) == Some("dataset"),
            succeeded: parts("succeeded"),
            vacuumed: vacuumed.filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

impl Replay {
    /// Reads the entries of `dataset_dir` up to a version that are not read yet; all of them when the log is another
    /// one than before (the dataset was dropped and made again).
    ///
    /// # Errors
    ///
    /// [`Error::LogIncomplete`] when older entries are missing, [`Error::Io`] when one cannot be read.
    pub fn extend(&mut self, dataset: &str, dataset_dir: &Path, up_to: u64) -> Result<()> {
        let is_same_log = match self.newest() {
            None => true,
            Some(newest) => self.fingerprint.is_some() && self.fingerprint == log::fingerprint(dataset_dir, newest),
        };
        if !is_same_log {
            *self = Self::default();
        }
        for version in self.versions.len() as u64..=up_to {
            let fingerprint = log::fingerprint(dataset_dir, version);
            if fingerprint.is_none() {
                return Err(Error::LogIncomplete {
                    dataset: dataset.to_owned(),
                    version,
                });
            }
            self.apply(version, &LogEntry::read(dataset_dir, version)?);
            self.fingerprint = fingerprint;
        }
        Ok(())
    }

    /// Whether the entries up to a version are read, and are still those of the log.
    pub fn is_current(&self, dataset_dir: &Path, up_to: u64) -> bool {
        let newest = self.newest();
        newest.is_some_and(|newest| up_to <= newest && self.fingerprint == log::fingerprint(dataset_dir, newest))
    }

    /// The newest version that was read.
    pub fn newest(&self) -> Option<u64> {
        self.versions.last().map(|version| version.version)
    }

    /// Every file that was ever published.
    pub fn files(&self) -> &[FileHistory] {
        &self.files
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&FileHistory> {
        self.files.get(*self.by_path.get(path)?)
    }

    /// The versions, oldest first. Whether each can still be read is told here.
    pub fn versions(&self) -> Vec<VersionSummary> {
        let mut versions = self.versions.clone();
        for file in self.files.iter().filter(|file| file.vacuumed.is_some()) {
            for (from, to) in &file.lives {
                let in_life = |version: &&mut VersionSummary| {
                    *from <= version.version && to.is_none_or(|to| version.version < to)
                };
                for version in versions.iter_mut().filter(in_life) {
                    version.readable = false;
                }
            }
        }
        versions
    }

    /// The vacuum that took files of a version, if one did.
    pub fn vacuumed_at(&self, version: u64) -> Option<u64> {
        let mut files = self.files.iter();
        files
            .find(|file| file.vacuumed.is_some() && file.is_live_at(version))?
            .vacuumed
    }

    /// What each live 시군구 holds, and since which commit.
    pub fn current(&self) -> impl Iterator<Item = (&Part, &Snapshot)> {
        let newest = |snapshots: &'_ [Snapshot]| snapshots.len().checked_sub(1);
        self.snapshots
            .iter()
            .filter_map(move |(part, snapshots)| Some((part, snapshots.get(newest(snapshots)?)?)))
            .filter(|(part, _)| self.live.get(*part).is_some_and(|files| !files.is_empty()))
    }

    /// For every 시군구 its newest vintage not after a date, in the history up to a version. Those whose successors all
    /// show are left out.
    pub fn at(&self, date: NaiveDate, up_to: u64) -> BTreeMap<&Part, (NaiveDate, &Snapshot)> {
        let mut chosen = BTreeMap::new();
        for (part, snapshots) in &self.snapshots {
            let dated = snapshots.iter().filter(|snapshot| snapshot.version <= up_to);
            let dated = dated.filter_map(|snapshot| Some((snapshot.vintage?, snapshot)));
            let best = dated
                .filter(|(vintage, _)| *vintage <= date)
                .max_by_key(|(vintage, snapshot)| (*vintage, snapshot.version));
            chosen.extend(best.map(|best| (part, best)));
        }
        let vintages = chosen
            .iter()
            .filter_map(|(part, (vintage, _))| Some(((*part).clone()?, *vintage)))
            .collect();
        for former in superseded(&vintages) {
            chosen.remove(&Some(former));
        }
        chosen
    }

    /// The oldest vintage in the history up to a version.
    pub fn oldest_vintage(&self, up_to: u64) -> Option<NaiveDate> {
        let snapshots = self.snapshots.values().flatten();
        let known = snapshots.filter(|snapshot| snapshot.version <= up_to && !snapshot.files.is_empty());
        known.filter_map(|snapshot| snapshot.vintage).min()
    }

    /// The vintages that hold one of these files.
    pub fn vintages_with(&self, files: &HashSet<usize>) -> Vec<NaiveDate> {
        let snapshots = self.snapshots.values().flatten();
        let hold_one = snapshots.filter(|snapshot| snapshot.files.iter().any(|file| files.contains(file)));
        let vintages: BTreeSet<NaiveDate> = hold_one.filter_map(|snapshot| snapshot.vintage).collect();
        vintages.into_iter().collect()
    }

    /// Takes over what one commit did.
    fn apply(&mut self, version: u64, entry: &LogEntry) {
        let said = Said::new(&entry.info);
        let mut summary = VersionSummary::new(version, &entry.info, said.vintage);
        let mut touched: BTreeSet<Part> = said.vintages.keys().chain(&said.replaced).cloned().collect();
        for remove in &entry.removes {
            let Some(idx) = self.by_path.get(remove.decoded_path().as_str()).copied() else {
                continue;
            };
            let file = &mut self.files[idx];
            if let Some((_, to @ None)) = file.lives.last_mut() {
                *to = Some(version);
                let removed = remove.deletion_timestamp.and_then(DateTime::from_timestamp_millis);
                file.removed = removed.or_else(|| entry.timestamp());
                summary.removed(file.rows);
                touched.insert(file.part.clone());
                if let Some(live) = self.live.get_mut(&file.part) {
                    live.remove(&idx);
                }
            }
        }
        for add in &entry.adds {
            let path: Arc<str> = add.decoded_path().into();
            let idx = *self.by_path.entry(Arc::clone(&path)).or_insert_with(|| {
                let stats = add.summary();
                let part = add.partition_value("si_nm").map(|si_nm| {
                    let sgg_nm = add.partition_value("sgg_nm");
                    (si_nm.to_owned(), sgg_nm.map(str::to_owned))
                });
                self.files.push(FileHistory {
                    path,
                    bytes: add.size,
                    rows: stats.num_records,
                    part,
                    date: stats.max_values.base_date.and_then(|date| date.as_str()?.parse().ok()),
                    lives: Vec::new(),
                    removed: None,
                    vacuumed: None,
                });
                self.files.len() - 1
            });
            let file = &mut self.files[idx];
            if !file.is_live() {
                file.lives.push((version, None));
                file.vacuumed = None;
                summary.added(file.bytes, file.rows);
                touched.insert(file.part.clone());
                self.live.entry(file.part.clone()).or_default().insert(idx);
            }
        }
        for path in &said.vacuumed {
            if let Some(idx) = self.by_path.get(path.as_str()) {
                let file = &mut self.files[*idx];
                if !file.is_live() {
                    file.vacuumed = Some(version);
                }
            }
        }
        if said.replaced_all {
            touched.extend(self.snapshots.keys().cloned());
        }
        for part in touched {
            self.snapshot(version, part, &said, &mut summary);
        }
        self.versions.push(summary);
    }

    /// Notes what a 시군구 holds after a commit, and of which date that is.
    fn snapshot(&mut self, version: u64, part: Part, said: &Said, summary: &mut VersionSummary) {
        let files: Vec<usize> = self.live.get(&part).into_iter().flatten().copied().collect();
        if files.is_empty() && said.succeeded.contains(&part) {
            // Its land is shown by its successors. Its own last vintage stays what it was.
            summary.succeeded(&part);
            return;
        }
        let in_files = || files.iter().filter_map(|idx| self.files[*idx].date).max();
        let whole = || said.vintage.filter(|_| said.replaced_all || part.is_none());
        let before = || self.snapshots.get(&part)?.last()?.vintage;
        let vintage = said.vintages.get(&part).copied();
        let vintage = vintage.or_else(whole).or_else(in_files).or_else(before);
        summary.published(&part, vintage);
        let snapshot = Snapshot {
            version,
            vintage,
            files,
        };
        self.snapshots.entry(part).or_default().push(snapshot);
    }
}
