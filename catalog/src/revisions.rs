//! Texts in numbered revisions, shared by every server on one warehouse.
//!
//! A text is a folder of files `{revision:08}.toml`. The one with the highest number holds; a change is the next
//! number, created only if nobody else has created it, so that of two writers one wins and the other is told. A
//! removal is a revision too. Files appear whole, and are never changed by Pilji.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;

use crate::{Error, Result, log};

/// What a revision says when it removes the text.
const REMOVAL: &str = "removed = true\n";

/// The folder of texts of one kind.
#[derive(Debug, Clone)]
pub struct Revisions {
    dir: PathBuf,
}

/// The newest revision of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Its number, from 1.
    pub number: u64,
    /// Its file as messages call it: from the warehouse on, since they reach people who must not know where that is.
    pub shown: PathBuf,
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Revisions {
    /// The texts in a folder, which need not exist.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// The names of the folders in this folder or in one below it, sorted; those of removed texts are among them.
    pub fn names(&self, below: Option<&str>) -> Result<Vec<String>> {
        let dir = below.map_or_else(|| self.dir.clone(), |below| self.dir.join(below));
        let mut names = Vec::new();
        for entry in entries(&dir)? {
            if entry.file_type().is_ok_and(|kind| kind.is_dir())
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The newest revision of a text, be it a removal; `None` when there never was one.
    pub fn newest(&self, name: &Path) -> Result<Option<Stamp>> {
        let mut newest = None;
        for entry in entries(&self.dir.join(name))? {
            let number = entry.file_name().to_str().and_then(number);
            if number > newest.as_ref().map(|(number, _)| *number)
                && let Some(number) = number
            {
                newest = Some((number, entry.path()));
            }
        }
        let Some((number, path)) = newest else {
            return Ok(None);
        };
        self.stamp(number, path)
    }

    fn stamp(&self, number: u64, path: PathBuf) -> Result<Option<Stamp>> {
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(source) if source.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(Error::Io {
                    action: "read",
                    path,
                    source,
                });
            }
        };
        let warehouse = self.dir.parent().unwrap_or(&self.dir);
        Ok(Some(Stamp {
            number,
            shown: path.strip_prefix(warehouse).unwrap_or(&path).to_owned(),
            path,
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        }))
    }

    /// One revision of a text, be it a removal; `None` when it is not kept.
    pub fn at(&self, name: &Path, number: u64) -> Result<Option<Stamp>> {
        let path = self.dir.join(name).join(format!("{number:08}.toml"));
        self.stamp(number, path)
    }

    /// Creates a revision; `false` when somebody else has created it before.
    pub fn create(&self, name: &Path, number: u64, text: &str) -> Result<bool> {
        log::put_new_file(&self.dir.join(name), &format!("{number:08}.toml"), text.as_bytes())
    }

    /// Removes a text by a revision that says so; `false` when somebody else has created that revision before.
    pub fn remove(&self, name: &Path, number: u64) -> Result<bool> {
        self.create(name, number, REMOVAL)
    }
}

impl Stamp {
    /// When it was made, by the file system's clock.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// The text; `None` when the revision is a removal.
    pub fn text(&self) -> Result<Option<String>> {
        let text = fs::read_to_string(&self.path).map_err(|source| Error::Io {
            action: "read",
            path: self.path.clone(),
            source,
        })?;
        Ok((!is_removal(&text)).then_some(text))
    }
}

/// Whether a revision's text says that what it is about was removed.
fn is_removal(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Removal {
        removed: bool,
    }
    toml::from_str::<Removal>(text).is_ok_and(|removal| removal.removed)
}

/// The number in a revision's file name.
fn number(file_name: &str) -> Option<u64> {
    let digits = file_name.strip_suffix(".toml")?;
    (digits.len() == 8).then(|| digits.parse().ok()).flatten()
}

/// What is in a folder; nothing when there is no such folder.
fn entries(dir: &Path) -> Result<Vec<fs::DirEntry>> {
    let io = |source| Error::Io {
        action: "list",
        path: dir.to_owned(),
        source,
    };
    match fs::read_dir(dir) {
        Ok(entries) => entries.map(|entry| entry.map_err(io)).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(io(source)),
    }
}
