//! One entry of a Delta log, as far as the history of files needs it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Error, Result, log};

/// What one commit did.
#[derive(Debug, Default)]
pub struct LogEntry {
    /// What the writer said about the commit.
    pub info: Map<String, Value>,
    /// Files that became live.
    pub adds: Vec<Add>,
    /// Files that are no longer live.
    pub removes: Vec<Remove>,
}

/// A file that became live.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Add {
    /// Its path as the log has it: percent-encoded.
    pub path: String,
    /// Its partition values; an empty text is NULL.
    #[serde(default)]
    pub partition_values: HashMap<String, Option<String>>,
    /// Its bytes.
    pub size: u64,
    /// Its statistics, JSON in a text.
    pub stats: Option<String>,
}

/// A file that is no longer live.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remove {
    /// Its path as the log has it: percent-encoded.
    pub path: String,
    /// When it was removed, in milliseconds since 1970.
    pub deletion_timestamp: Option<i64>,
}

/// One line of an entry.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    commit_info: Option<Map<String, Value>>,
    add: Option<Add>,
    remove: Option<Remove>,
}

/// The few statistics that the history itself needs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Number of rows.
    pub num_records: Option<u64>,
    /// Largest values.
    #[serde(default)]
    pub max_values: MaxValues,
}

/// The largest value of the column that dates rows.
#[derive(Debug, Default, Deserialize)]
pub struct MaxValues {
    /// 데이터기준일자.
    #[serde(default)]
    pub base_date: Option<Value>,
}

impl LogEntry {
    /// Reads the entry of a version.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it is not there or cannot be read.
    pub fn read(dataset_dir: &Path, version: u64) -> Result<Self> {
        let mut entry = Self::default();
        for_each_line(dataset_dir, version, |line| {
            let line: Line = serde_json::from_str(line)?;
            entry.info.extend(line.commit_info.unwrap_or_default());
            entry.adds.extend(line.add);
            entry.removes.extend(line.remove);
            Ok(())
        })?;
        Ok(entry)
    }

    /// When the commit was made, by the writer's clock.
    pub fn timestamp(&self) -> Option<DateTime<Utc>> {
        timestamp(&self.info)
    }
}

/// The time in a `commitInfo`.
pub fn timestamp(info: &Map<String, Value>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(info.get("timestamp")?.as_i64()?)
}

/// Reads the `commitInfo` of a version only; empty when the commit has none.
pub fn read_info(dataset_dir: &Path, version: u64) -> Result<Map<String, Value>> {
    let mut info = Map::new();
    for_each_line(dataset_dir, version, |line| {
        // Other actions need not be parsed to be told apart, and some commits have twenty thousand.
        if line.trim_start().starts_with("{\"commitInfo\"") {
            let line: Line = serde_json::from_str(line)?;
            info.extend(line.commit_info.unwrap_or_default());
        }
        Ok(())
    })?;
    Ok(info)
}

/// The `add` actions of a version.
pub fn read_adds(dataset_dir: &Path, version: u64) -> Result<Vec<Add>> {
    Ok(LogEntry::read(dataset_dir, version)?.adds)
}

impl Add {
    /// Its path below the dataset's folder, as it is on disk.
    pub fn decoded_path(&self) -> String {
        decoded(&self.path)
    }

    /// The value of a partition column; `None` for NULL.
    pub fn partition_value(&self, column: &str) -> Option<&str> {
        let value = self.partition_values.get(column)?.as_deref();
        value.filter(|value| !value.is_empty())
    }

    /// The few statistics that the history needs; nothing where the log does not say.
    pub fn summary(&self) -> Summary {
        let stats = self.stats.as_deref().unwrap_or_default();
        serde_json::from_str(stats).unwrap_or_default()
    }
}

impl Remove {
    /// Its path below the dataset's folder, as it is on disk.
    pub fn decoded_path(&self) -> String {
        decoded(&self.path)
    }
}

/// A path in the log is a URI; what it names on disk is the decoded text.
fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path)
        .decode_utf8_lossy()
        .into_owned()
}

fn for_each_line(
    dataset_dir: &Path,
    version: u64,
    mut act: impl FnMut(&str) -> Result<(), serde_json::Error>,
) -> Result<()> {
    let path: PathBuf = log::entry_path(dataset_dir, version);
    let io = |source| Error::Io {
        action: "read",
        path: path.clone(),
        source,
    };
    for line in BufReader::new(File::open(&path).map_err(io)?).lines() {
        let line = line.map_err(io)?;
        if !line.trim().is_empty() {
            act(&line).map_err(|error| io(error.into()))?;
        }
    }
    Ok(())
}
