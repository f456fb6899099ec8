//! The folder of a run below the warehouse's `_tmp`, which goes away with the run.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Folder of a warehouse that holds the unfinished work of runs.
const TMP: &str = "_tmp";
const LOCK: &str = "lock";

/// A run's own folder on the warehouse's file system.
///
/// Beside the folder lies a file that the run keeps locked while it lives: the lock of a killed run is free, and the
/// next run removes what it left.
pub(crate) struct Scratch {
    dir: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// Makes a folder of its own and removes those of dead runs.
    pub(crate) fn create(warehouse: &Path) -> Result<Self> {
        let tmp = warehouse.join(TMP);
        std::fs::create_dir_all(&tmp).map_err(Error::io("create", &tmp))?;
        remove_dead(&tmp)?;
        let mut number = 0;
        loop {
            let name = format!("ingest-{}-{number}", std::process::id());
            if let Some(scratch) = Self::claim(&tmp, &name)? {
                return Ok(scratch);
            }
            number += 1;
        }
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// `None` when another run was there first.
    fn claim(tmp: &Path, name: &str) -> Result<Option<Self>> {
        let lock_path = tmp.join(name).with_extension(LOCK);
        let lock = match File::create_new(&lock_path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(None),
            Err(source) => {
                return Err(Error::Io {
                    action: "create",
                    path: lock_path,
                    source,
                });
            }
        };
        // A file system without locks still works; there, only dead runs are not told from living ones.
        let taken = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
        if taken || !lock_path.exists() {
            return Ok(None);
        }
        let dir = tmp.join(name);
        std::fs::create_dir(&dir).map_err(Error::io("create", &dir))?;
        Ok(Some(Self {
            dir,
            lock_path,
            _lock: lock,
        }))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.dir) {
            tracing::warn!(dir = %self.dir.display(), %error, "temporary files stay behind until the next run");
            return;
        }
        let _ = std::fs::remove_file(&self.lock_path);
    }
}

fn remove_dead(tmp: &Path) -> Result<()> {
    for entry in std::fs::read_dir(tmp).map_err(Error::io("read", tmp))? {
        let path = entry.map_err(Error::io("read", tmp))?.path();
        if path.extension().is_none_or(|extension| extension != LOCK) {
            continue;
        }
        let Ok(lock) = File::open(&path) else { continue };
        if lock.try_lock().is_err() {
            continue;
        }
        let dir = path.with_extension("");
        if dir.exists() {
            std::fs::remove_dir_all(&dir).map_err(Error::io("remove", &dir))?;
        }
        std::fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_run_cleans_up_behind_itself() -> TestResult {
        let warehouse = tempfile::tempdir()?;
        let scratch = Scratch::create(warehouse.path())?;
        std::fs::write(scratch.dir().join("file"), "x")?;
        drop(scratch);
        assert_eq!(std::fs::read_dir(warehouse.path().join(TMP))?.count(), 0);
        Ok(())
    }

    #[test]
    fn what_a_killed_run_left_is_removed_and_a_living_run_is_not_touched() -> TestResult {
        let warehouse = tempfile::tempdir()?;
        let living = Scratch::create(warehouse.path())?;
        let dead = warehouse.path().join(TMP).join("ingest-1-0");
        std::fs::create_dir(&dead)?;
        std::fs::write(dead.join("file"), "x")?;
        std::fs::write(dead.with_extension(LOCK), "")?;
        let next = Scratch::create(warehouse.path())?;
        assert!(!dead.exists() && !dead.with_extension(LOCK).exists());
        assert!(living.dir().exists() && next.dir().exists());
        assert_ne!(living.dir(), next.dir());
        Ok(())
    }
}
