//! The Delta log as files: what is there, and how an entry gets there for good.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::log_entry::{read_info, timestamp};
use crate::{Commit, Error, Result};

/// The folder of the log in a dataset's folder.
pub const LOG_FOLDER: &str = "_delta_log";

/// How many files are brought to disk at the same time.
const SYNC_THREADS: usize = 16;

/// Tells one writing of a log entry from another one of the same version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// The log entry of a version.
pub fn entry_path(dataset_dir: &Path, version: u64) -> PathBuf {
    dataset_dir.join(LOG_FOLDER).join(format!("{version:020}.json"))
}

/// The fingerprint of a version's log entry; `None` when there is no such entry.
pub fn fingerprint(dataset_dir: &Path, version: u64) -> Option<Fingerprint> {
    let metadata = fs::metadata(entry_path(dataset_dir, version)).ok()?;
    Some(Fingerprint {
        bytes: metadata.len(),
        modified: metadata.modified().ok(),
    })
}

/// The versions that have a log entry, ascending; empty when there is no log.
pub fn versions(dataset_dir: &Path) -> Result<Vec<u64>> {
    let log_dir = dataset_dir.join(LOG_FOLDER);
    let entries = match fs::read_dir(&log_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(Error::Io {
                action: "list",
                path: log_dir,
                source,
            });
        }
    };
    let mut versions = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| Error::Io {
            action: "list",
            path: log_dir.clone(),
            source,
        })?;
        let name = entry.file_name();
        let version = name
            .to_str()
            .and_then(|name| name.strip_suffix(".json"))
            .filter(|digits| digits.len() == 20);
        versions.extend(version.and_then(|digits| digits.parse::<u64>().ok()));
    }
    versions.sort_unstable();
    Ok(versions)
}

/// Writes a version's log entry unless there is one. `false` when another writer was first.
///
/// Only the first entry makes the log's folder: when that is missing later, the dataset has been dropped.
pub fn put_entry(dataset_dir: &Path, version: u64, bytes: &[u8]) -> Result<bool> {
    let (folder, name) = (dataset_dir.join(LOG_FOLDER), format!("{version:020}.json"));
    // Saves the work where the race is lost already; the link decides.
    if fingerprint(dataset_dir, version).is_some() {
        return Ok(false);
    }
    if version == 0 {
        put_new_file(&folder, &name, bytes)
    } else {
        link_new_file(&folder, &name, bytes)
    }
}

/// Writes a file unless there is one, after making its folder. `false` when another writer was first.
///
/// The file appears whole and on disk, or not at all: it is written and synced under another name, then linked.
pub fn put_new_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<bool> {
    fs::create_dir_all(folder).map_err(|source| Error::Io {
        action: "create",
        path: folder.to_owned(),
        source,
    })?;
    link_new_file(folder, name, bytes)
}

/// [`put_new_file`] in a folder that must be there.
fn link_new_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<bool> {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(name);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!(".{name}.{}.{serial}.tmp", std::process::id()));
    let write_draft = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    let linked = write_draft().and_then(|()| fs::hard_link(&draft, &path));
    // The draft is of no use from here on; one that cannot be removed does no harm.
    let _ = fs::remove_file(&draft);
    match linked {
        Ok(()) => {
            sync(folder)?;
            folder.parent().map_or(Ok(()), sync)?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(source) => Err(Error::Io {
            action: "write",
            path,
            source,
        }),
    }
}

/// Brings a file's contents, or a folder's names, to disk.
pub fn sync(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| Error::Io {
            action: "sync",
            path: path.to_owned(),
            source,
        })
}

/// Brings files or folders to disk, several at a time: each waits for the device, none for a processor.
pub fn sync_all(paths: &[PathBuf]) -> Result<()> {
    let share = paths.len().div_ceil(SYNC_THREADS).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths
            .chunks(share)
            .map(|paths| scope.spawn(|| paths.iter().try_for_each(|path| sync(path))))
            .collect();
        for thread in threads {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(())
    })
}

/// The commits up to a version, newest first, as far as their log entries are kept.
pub fn history(dataset_dir: &Path, up_to: u64) -> Result<Vec<Commit>> {
    let mut commits = Vec::new();
    for version in versions(dataset_dir)?
        .into_iter()
        .rev()
        .filter(|version| *version <= up_to)
    {
        let metadata = read_info(dataset_dir, version)?;
        commits.push(Commit {
            version,
            timestamp: timestamp(&metadata),
            metadata,
        });
    }
    Ok(commits)
}

/// Brings the checkpoint of a version to disk.
pub fn sync_checkpoint(dataset_dir: &Path, version: u64) -> Result<()> {
    let log_dir = dataset_dir.join(LOG_FOLDER);
    let io = |source| Error::Io {
        action: "list",
        path: log_dir.clone(),
        source,
    };
    let prefix = format!("{version:020}.checkpoint.");
    let mut paths = vec![log_dir.join("_last_checkpoint")];
    for entry in fs::read_dir(&log_dir).map_err(io)? {
        let entry = entry.map_err(io)?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            paths.push(entry.path());
        }
    }
    paths.push(log_dir);
    sync_all(&paths)
}
