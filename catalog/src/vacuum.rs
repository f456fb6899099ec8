//! Removing the files that no version worth keeping needs.
//!
//! A file goes when it is not live, belongs to no kept vintage, and was removed from the dataset longer ago than the
//! grace period, which is longer than any query or ticket lives. So does a file that never was in the log, left behind
//! by a writer that died, when it is older than that. The order of things makes it safe:
//!
//! 1. An entry in the log names the files that go. It is a commit like any other: when a writer publishes at the same
//!    time, one of the two is first, and the vacuum that comes second looks again. From then on whoever asks for a
//!    version or vintage with one of these files is told so, instead of meeting a missing file.
//! 2. The files are removed, each after a last look at the log and at its age. A vacuum that dies on the way leaves
//!    files that the log has given up; the next vacuum removes them.
//!
//! Files are named after their content, so a writer may want the very file that is about to go. It finds the file in
//! its place, gives it the time of now, sees that it is (still) there, and commits. The vacuum takes the file from its
//! place *before* it looks at the time: if the writer was first, the time is young and the file goes back, never gone
//! for good; if the vacuum was first, the writer finds no file and says so, and nothing is published.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDate, Utc};
use deltalake_core::kernel::transaction::PROTOCOL;
use tracing::info;

use crate::actions::vacuum_bytes;
use crate::dataset::log_error;
use crate::drop::remove_dropped;
use crate::replay::Replay;
use crate::{Error, Result, Warehouse, blocking, log};

/// Between two looks at the log, so many files are removed.
const FILES_AT_ONCE: usize = 64;
/// What the name of a file ends with while a vacuum looks at its time.
const TAKEN: &str = ".vacuum";
/// The folder of a warehouse that holds the unfinished work of runs.
const TMP_FOLDER: &str = "_tmp";

/// What a vacuum keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VacuumOptions {
    /// Dates whose vintages stay readable.
    pub keep: Vec<NaiveDate>,
    /// How long files stay that are needed no more: longer than any query runs and any ticket lives.
    pub grace: Duration,
    /// True to say what would go, and to remove nothing.
    pub dry_run: bool,
}

impl Default for VacuumOptions {
    /// Keeps seven days.
    fn default() -> Self {
        Self {
            keep: Vec::new(),
            grace: Duration::from_hours(7 * 24),
            dry_run: false,
        }
    }
}

/// What a vacuum removed, or would remove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vacuumed {
    /// The version of the entry that names the files; `None` when there was nothing to name.
    pub version: Option<u64>,
    /// Files of older versions, below the dataset's folder.
    pub files: Vec<String>,
    /// Files that never were in the log, below the dataset's folder.
    pub orphans: Vec<String>,
    /// Left-over work of dead runs and of dropped datasets, below the warehouse's folder.
    pub leftovers: Vec<String>,
    /// Bytes of the files and orphans.
    pub bytes: u64,
    /// Vintages, of one 시군구 or more, that cannot be read any more.
    pub vintages: Vec<NaiveDate>,
}

/// What goes, as of one version.
struct Plan {
    /// Files that the log gives up, be they on disk or not.
    given_up: Vec<String>,
    /// Those of them that no earlier vacuum has named.
    unnamed: Vec<String>,
    orphans: Vec<String>,
    vintages: Vec<NaiveDate>,
}

/// A file on disk that readers of the log may or may not know.
struct OnDisk {
    path: String,
    modified: SystemTime,
}

impl Warehouse {
    /// Removes the files that neither the live version nor a kept vintage needs, once they have not been needed for the
    /// grace period, and what dead writers left behind. The log stays as it is and gets one entry more.
    ///
    /// Queries and tickets that are younger than the grace period are not disturbed, nor is any writer. Versions and
    /// vintages whose files are gone answer [`Error::Vacuumed`].
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::NoVintage`] or [`Error::Vacuumed`] for a date that
    /// cannot be kept, [`Error::LogIncomplete`] when the history is not known; [`Error::Io`] or [`Error::Log`] when a file
    /// or the entry could not be dealt with; then running again goes on where it stopped.
    pub async fn vacuum(&self, name: &str, options: &VacuumOptions) -> Result<Vacuumed> {
        let cutoff = SystemTime::now()
            .checked_sub(options.grace)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        if !options.dry_run && self.has(name) {
            let dir = self.dataset_dir(name);
            blocking::run(move || put_back(&dir)).await?;
        }
        let (plan, version) = loop {
            let live = self.existing(name).await?;
            for date in &options.keep {
                self.dataset_at_vintage(name, *date, Some(live.version())).await?;
            }
            let replay = self.replay(&live).await?;
            let (planned, wanted, live_files) = (live.clone(), options.clone(), live.file_set());
            let plan = blocking::run(move || {
                let live_paths: HashSet<String> = live_files.index.files().map(|file| file.path).collect();
                Plan::new(planned.dir(), &replay, planned.version(), &live_paths, &wanted, cutoff)
            });
            let plan = plan.await?;
            if plan.unnamed.is_empty() || options.dry_run {
                break (plan, None);
            }
            let version = live.version() + 1;
            if self.commit_vacuum(name, version, options, &plan.unnamed).await? {
                self.checkpoint(name, version).await;
                break (plan, Some(version));
            }
        };
        self.remove(name, plan, version, options, cutoff).await
    }

    /// Writes the entry that gives files up; `false` when another writer was first.
    async fn commit_vacuum(&self, name: &str, version: u64, options: &VacuumOptions, files: &[String]) -> Result<bool> {
        if let Some(loaded) = self.newest(name).await? {
            let failed = |source| log_error(name, source);
            let state = loaded.table.snapshot().map_err(failed)?;
            PROTOCOL
                .can_write_to(state.snapshot())
                .map_err(|source| failed(source.into()))?;
        }
        let (name, dir) = (name.to_owned(), self.dataset_dir(name));
        let (options, files) = (options.clone(), files.to_vec());
        blocking::run(move || {
            let bytes = vacuum_bytes(&name, &options, &files)?;
            log::put_entry(&dir, version, &bytes)
        })
        .await
    }

    /// Removes what a plan says, as far as it still holds.
    async fn remove(
        &self,
        name: &str,
        plan: Plan,
        version: Option<u64>,
        options: &VacuumOptions,
        cutoff: SystemTime,
    ) -> Result<Vacuumed> {
        let (warehouse_dir, dir) = (self.dir().to_path_buf(), self.dataset_dir(name));
        let dry_run = options.dry_run;
        let mut vacuumed = Vacuumed {
            version,
            vintages: plan.vintages,
            ..Vacuumed::default()
        };
        for (paths, removed) in [
            (plan.given_up, &mut vacuumed.files),
            (plan.orphans, &mut vacuumed.orphans),
        ] {
            for paths in paths.chunks(FILES_AT_ONCE) {
                let replay = self.replay(&self.existing(name).await?).await?;
                let (dir, paths) = (dir.clone(), paths.to_vec());
                let work = move || remove_files(&dir, paths, &replay, cutoff, dry_run);
                for (path, bytes) in blocking::run(work).await? {
                    removed.push(path);
                    vacuumed.bytes += bytes;
                }
            }
        }
        vacuumed.leftovers = blocking::run(move || remove_leftovers(&warehouse_dir, cutoff, dry_run)).await?;
        if !dry_run {
            let (files, orphans) = (vacuumed.files.len(), vacuumed.orphans.len());
            info!(
                dataset = name,
                ?version,
                files,
                orphans,
                bytes = vacuumed.bytes,
                "vacuumed"
            );
        }
        Ok(vacuumed)
    }
}

impl Plan {
    fn new(
        dir: &Path,
        replay: &Replay,
        version: u64,
        live: &HashSet<String>,
        options: &VacuumOptions,
        cutoff: SystemTime,
    ) -> Result<Self> {
        let kept: HashSet<usize> = options
            .keep
            .iter()
            .flat_map(|date| replay.at(*date, version).into_values())
            .flat_map(|(_, snapshot)| snapshot.files.iter().copied())
            .collect();
        let on_disk = list_files(dir)?;
        // A file that is young on disk is being published again.
        let young: HashSet<&str> = on_disk
            .iter()
            .filter(|file| file.modified > cutoff)
            .map(|file| file.path.as_str())
            .collect();
        let cutoff_time = DateTime::<Utc>::from(cutoff);
        let mut given_up = Vec::new();
        let mut unnamed = Vec::new();
        let mut unnamed_idxs = HashSet::new();
        for (idx, file) in replay.files().iter().enumerate() {
            let is_needed = file.is_live() || live.contains(&*file.path) || kept.contains(&idx);
            let was_long_ago = file.removed.is_some_and(|removed| removed <= cutoff_time);
            if is_needed || !was_long_ago || young.contains(&*file.path) {
                continue;
            }
            given_up.push(file.path.to_string());
            if file.vacuumed.is_none() {
                unnamed.push(file.path.to_string());
                unnamed_idxs.insert(idx);
            }
        }
        let orphans = on_disk
            .iter()
            .filter(|file| file.modified <= cutoff && replay.file(&file.path).is_none() && !live.contains(&file.path))
            .map(|file| file.path.clone())
            .collect();
        Ok(Self {
            given_up,
            unnamed,
            orphans,
            vintages: replay.vintages_with(&unnamed_idxs),
        })
    }
}

/// The data files below a dataset's folder. Names that begin with `_` or `.` are not data.
fn list_files(dataset_dir: &Path) -> Result<Vec<OnDisk>> {
    let mut files = Vec::new();
    walk(dataset_dir, "", &mut |path, name, metadata| {
        let is_data = name.ends_with(".parquet") && !name.starts_with(['_', '.']);
        if let (true, Ok(modified)) = (is_data, metadata.modified()) {
            let path = path.to_owned();
            files.push(OnDisk { path, modified });
        }
        Ok(())
    })?;
    Ok(files)
}

/// Puts back the files that a vacuum had taken when it died; what is not needed goes the ordinary way.
fn put_back(dataset_dir: &Path) -> Result<()> {
    walk(dataset_dir, "", &mut |path, name, _| {
        let original = path.strip_suffix(TAKEN).filter(|_| name.starts_with('.'));
        if let Some((folder, hidden)) = original.map(|path| path.rsplit_once('/').unwrap_or(("", path))) {
            let original = dataset_dir.join(folder).join(hidden.trim_start_matches('.'));
            give_back(&dataset_dir.join(path), &original)?;
        }
        Ok(())
    })
}

/// Calls `visit` with path, name and metadata of every file below a folder, but not those of the log.
fn walk(dir: &Path, below: &str, visit: &mut impl FnMut(&str, &str, &fs::Metadata) -> Result<()>) -> Result<()> {
    let io = |source| Error::Io {
        action: "list",
        path: dir.to_owned(),
        source,
    };
    for entry in fs::read_dir(dir).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        // A name that is no text was not written by anybody who writes datasets.
        let Some(name) = name.to_str() else { continue };
        let path = if below.is_empty() {
            name.to_owned()
        } else {
            format!("{below}/{name}")
        };
        // A file that goes away meanwhile is no concern of ours.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() && !name.starts_with(['_', '.']) {
            walk(&entry.path(), &path, visit)?;
        } else if metadata.is_file() {
            visit(&path, name, &metadata)?;
        }
    }
    Ok(())
}

/// Removes those of the files that are old and not live; says which, with their bytes.
fn remove_files(
    dataset_dir: &Path,
    paths: Vec<String>,
    replay: &Replay,
    cutoff: SystemTime,
    dry_run: bool,
) -> Result<Vec<(String, u64)>> {
    let mut removed = Vec::new();
    for path in paths {
        if replay.file(&path).is_some_and(crate::replay::FileHistory::is_live) {
            continue;
        }
        let file = dataset_dir.join(&path);
        let bytes = if dry_run {
            fs::metadata(&file).ok().map(|metadata| metadata.len())
        } else {
            remove_file(&file, cutoff)?
        };
        removed.extend(bytes.map(|bytes| (path, bytes)));
    }
    Ok(removed)
}

/// Removes a file that is old, as the module's text explains; its bytes, or `None` when it is young or not there.
fn remove_file(file: &Path, cutoff: SystemTime) -> Result<Option<u64>> {
    let io = |action| {
        move |source| Error::Io {
            action,
            path: file.to_owned(),
            source,
        }
    };
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
        return Ok(None);
    };
    let taken = file.with_file_name(format!(".{name}{TAKEN}"));
    match fs::rename(file, &taken) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(io("remove")(source)),
    }
    let metadata = match fs::metadata(&taken) {
        Ok(metadata) => metadata,
        // Another vacuum has put it back.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(io("read")(source)),
    };
    if metadata.modified().map_err(io("read"))? > cutoff {
        give_back(&taken, file)?;
        return Ok(None);
    }
    match fs::remove_file(&taken) {
        Ok(()) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(io("remove")(source)),
    }
}

/// Gives a taken file its name back, unless somebody wrote it anew.
fn give_back(taken: &Path, file: &Path) -> Result<()> {
    let linked = match fs::hard_link(taken, file) {
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => Ok(()),
        other => other,
    };
    let removed = linked.and_then(|()| match fs::remove_file(taken) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    });
    removed.map_err(|source| Error::Io {
        action: "put back",
        path: file.to_owned(),
        source,
    })
}

/// Removes what dead runs and interrupted drops left below the warehouse's folder.
fn remove_leftovers(warehouse_dir: &Path, cutoff: SystemTime, dry_run: bool) -> Result<Vec<String>> {
    let tmp = warehouse_dir.join(TMP_FOLDER);
    let mut removed: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&tmp).into_iter().flatten() {
        let Ok(entry) = entry else { continue };
        let (path, metadata) = (entry.path(), entry.metadata());
        let is_old = metadata.is_ok_and(|metadata| metadata.modified().is_ok_and(|modified| modified <= cutoff));
        // A run keeps the file beside its folder locked while it lives.
        let lock_path = path.with_extension("lock");
        if !is_old || is_locked(&lock_path) {
            continue;
        }
        let gone = match () {
            () if dry_run => Ok(()),
            () if path.is_dir() => fs::remove_dir_all(&path),
            () => fs::remove_file(&path),
        };
        match gone {
            Ok(()) => removed.push(path),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(source) => {
                let action = "remove";
                return Err(Error::Io { action, path, source });
            }
        }
    }
    if !dry_run {
        removed.extend(remove_dropped(warehouse_dir)?);
    }
    let below = |path: PathBuf| {
        let below = path.strip_prefix(warehouse_dir).unwrap_or(&path);
        below.to_string_lossy().into_owned()
    };
    Ok(removed.into_iter().map(below).collect())
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}
