//! Looking back: a dataset at an older version, or as it was known of a date.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;

use crate::dataset::index_error;
use crate::delta_stats::flat_adds;
use crate::log::{self, Fingerprint};
use crate::log_entry::{Add, read_adds};
use crate::publish::region_name;
use crate::replay::{Part, Replay};
use crate::warehouse::lock;
use crate::{Dataset, Error, LiveSigungu, Result, VersionSummary, Warehouse, blocking};

/// How many old versions and vintages are kept in memory.
const KEPT: usize = 32;

/// What is kept in memory of the past of the warehouse's datasets.
#[derive(Debug, Clone, Default)]
pub struct Past {
    replays: Arc<Mutex<HashMap<String, Slot>>>,
    datasets: Arc<Mutex<VecDeque<Kept>>>,
}

/// The history of one dataset; locked while it is read, so that it is read once.
type Slot = Arc<tokio::sync::Mutex<Arc<Replay>>>;

/// Which part of a dataset's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    version: u64,
    date: Option<NaiveDate>,
}

#[derive(Debug)]
struct Kept {
    pin: Pin,
    /// Tells the dataset from one of the same name that was made after it was dropped.
    log_entry: Option<Fingerprint>,
    dataset: Dataset,
    /// The newest version when no vacuum had touched it yet.
    whole_at: u64,
}

impl Pin {
    /// One version.
    pub fn version(version: u64) -> Self {
        Self { version, date: None }
    }
}

impl Warehouse {
    /// A dataset as it was known of a date: for every 시군구 its newest vintage not after the date, in the history up to
    /// `as_of_version`, the newest when `None`. A 시군구 that has none that old has no rows; one that was renamed, moved
    /// or divided since shows under its old name. A plain dataset has the vintages of its commits.
    ///
    /// What was found is kept: asking again costs a look at the log's folder.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::NoVersion`] when it has no such version,
    /// [`Error::NoVintage`] when it has nothing that old, [`Error::Vacuumed`] when files of it are gone; else
    /// as [`Warehouse::dataset`].
    pub async fn dataset_at_vintage(&self, name: &str, date: NaiveDate, as_of_version: Option<u64>) -> Result<Dataset> {
        let newest = self.existing(name).await?;
        let version = as_of_version.unwrap_or(newest.version());
        if version > newest.version() {
            return Err(Error::NoVersion {
                dataset: name.to_owned(),
                version,
                newest: newest.version(),
            });
        }
        let pin = Pin {
            version,
            date: Some(date),
        };
        let read = async {
            let replay = self.replay(&newest).await?;
            let newest = newest.clone();
            blocking::run(move || read_vintage(&newest, &replay, date, version)).await
        };
        self.pinned(&newest, pin, read).await
    }

    /// The versions of a dataset, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::LogIncomplete`] when its history is not known.
    pub async fn versions(&self, name: &str) -> Result<Vec<VersionSummary>> {
        let newest = self.existing(name).await?;
        Ok(self.replay(&newest).await?.versions())
    }

    /// What each 시군구 of the newest version holds, by name.
    ///
    /// # Errors
    ///
    /// As [`Warehouse::versions`].
    pub async fn live_sigungu(&self, name: &str) -> Result<Vec<LiveSigungu>> {
        let newest = self.existing(name).await?;
        let replay = self.replay(&newest).await?;
        let live = replay.current().map(|(part, snapshot)| {
            let files = || snapshot.files.iter().filter_map(|idx| replay.files().get(*idx));
            LiveSigungu {
                sigungu: part.clone(),
                vintage: snapshot.vintage,
                version: snapshot.version,
                files: snapshot.files.len(),
                rows: files().filter_map(|file| file.rows).sum(),
                bytes: files().map(|file| file.bytes).sum(),
            }
        });
        Ok(live.collect())
    }

    /// The newest version of a dataset that must be there.
    pub(crate) async fn existing(&self, name: &str) -> Result<Dataset> {
        self.dataset(name).await?.ok_or_else(|| Error::NoDataset {
            name: name.to_owned(),
            dir: self.dir().to_path_buf(),
        })
    }

    /// The history of a dataset up to its newest version.
    pub(crate) async fn replay(&self, newest: &Dataset) -> Result<Arc<Replay>> {
        let name = newest.name().to_owned();
        let slot = Arc::clone(lock(&self.past.replays).entry(name.clone()).or_default());
        let mut known = slot.lock().await;
        // Taken out while it grows, so that it need not be copied where nobody else holds it.
        let mut replay = std::mem::take(&mut *known);
        let (dir, version) = (newest.dir().to_path_buf(), newest.version());
        let extended = blocking::run(move || {
            if !replay.is_current(&dir, version) {
                Arc::make_mut(&mut replay).extend(&name, &dir, version)?;
            }
            Ok(replay)
        });
        *known = extended.await?;
        Ok(Arc::clone(&known))
    }

    /// A part of a dataset's past: from memory, or as `read` reads it. No vacuum has taken any of its files.
    pub(crate) async fn pinned(
        &self,
        newest: &Dataset,
        pin: Pin,
        read: impl Future<Output = Result<Dataset>>,
    ) -> Result<Dataset> {
        let log_entry = log::fingerprint(newest.dir(), pin.version);
        let is_it = |kept: &Kept| {
            let dataset = &kept.dataset;
            dataset.name() == newest.name() && kept.pin == pin && kept.log_entry == log_entry && log_entry.is_some()
        };
        let known = lock(&self.past.datasets)
            .iter()
            .find(|kept| is_it(kept))
            .map(|kept| (kept.dataset.clone(), kept.whole_at));
        if let Some((dataset, whole_at)) = &known
            && *whole_at >= newest.version()
        {
            return Ok(dataset.clone());
        }
        match self.replay(newest).await {
            Ok(replay) => check_whole(newest, &replay, pin)?,
            // A log that another program cut off can still be read where it goes on.
            Err(Error::LogIncomplete { .. }) if pin.date.is_none() => {}
            Err(error) => return Err(error),
        }
        let dataset = match known {
            Some((dataset, _)) => dataset,
            None => read.await?,
        };
        let mut datasets = lock(&self.past.datasets);
        datasets.retain(|kept| !is_it(kept));
        datasets.truncate(KEPT - 1);
        datasets.push_front(Kept {
            pin,
            log_entry,
            dataset: dataset.clone(),
            whole_at: newest.version(),
        });
        Ok(dataset)
    }
}

/// Refuses a part of the past that a vacuum has taken files of.
fn check_whole(newest: &Dataset, replay: &Replay, pin: Pin) -> Result<()> {
    let refuse = |what, vacuum| {
        Err(Error::Vacuumed {
            dataset: newest.name().to_owned(),
            what,
            vacuum,
            newest: newest.version(),
        })
    };
    let Some(date) = pin.date else {
        return match replay.vacuumed_at(pin.version) {
            Some(vacuum) => refuse(format!("version {}", pin.version), vacuum),
            None => Ok(()),
        };
    };
    for (part, (_, snapshot)) in replay.at(date, pin.version) {
        let mut files = snapshot.files.iter().filter_map(|idx| replay.files().get(*idx));
        if let Some(vacuum) = files.find_map(|file| file.vacuumed) {
            let place = part
                .as_ref()
                .map_or_else(String::new, |part| format!(" ({})", region_name(part)));
            return refuse(format!("the vintage of {date}{place}"), vacuum);
        }
    }
    Ok(())
}

/// Puts the files of a vintage together.
fn read_vintage(newest: &Dataset, replay: &Replay, date: NaiveDate, version: u64) -> Result<Dataset> {
    let chosen: BTreeMap<&Part, _> = replay.at(date, version);
    if chosen.is_empty() {
        return Err(Error::NoVintage {
            dataset: newest.name().to_owned(),
            date,
            oldest: replay.oldest_vintage(version),
        });
    }
    // Each file is described by the entry that published it first.
    let mut wanted: BTreeMap<u64, HashSet<&str>> = BTreeMap::new();
    for idx in chosen.values().flat_map(|(_, snapshot)| &snapshot.files) {
        if let Some(file) = replay.files().get(*idx) {
            wanted.entry(file.described_in()).or_default().insert(&file.path);
        }
    }
    let mut adds: Vec<Add> = Vec::new();
    for (described_in, mut paths) in wanted {
        let described = read_adds(newest.dir(), described_in)?;
        // An entry may, of another writer, describe a file twice.
        adds.extend(
            described
                .into_iter()
                .filter(|add| paths.remove(add.decoded_path().as_str())),
        );
    }
    let (name, partition_columns) = (newest.name(), newest.partition_columns().to_vec());
    let schema = newest.schema();
    let adds = flat_adds(&adds, &schema, &partition_columns).map_err(|source| index_error(name, source))?;
    let label = format!("{name}@{version} at {date}");
    Dataset::of_files(name, newest.dir(), version, label, &adds, schema, partition_columns)
}
