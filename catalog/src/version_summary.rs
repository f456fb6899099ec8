//! What the versions and the 시군구 of a dataset are, for people who look at its history.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use crate::log_entry::timestamp;
use crate::publish::{Sigungu, region_name};
use crate::replay::Part;

/// What one commit did to a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionSummary {
    /// The version that the commit made.
    pub version: u64,
    /// When the commit was made, by the writer's clock.
    pub timestamp: Option<DateTime<Utc>>,
    /// Delta's word for what was done: `CREATE TABLE`, `WRITE`, `VACUUM START`, …
    pub operation: String,
    /// The program and its version, where it said so.
    pub tool: Option<String>,
    /// Oldest and newest vintage (데이터기준일자) that was published.
    pub vintages: Option<(NaiveDate, NaiveDate)>,
    /// The 시군구 that were published, as people write them; empty for a plain dataset.
    pub sigungu: Vec<String>,
    /// Former 시군구 whose successors took their place.
    pub succeeded: Vec<String>,
    /// Files that became live.
    pub files_added: usize,
    /// Files that are no longer live.
    pub files_removed: usize,
    /// Rows of the files that became live; those of files whose log entry does not say are not in it.
    pub rows_added: u64,
    /// Rows of the files that are no longer live.
    pub rows_removed: u64,
    /// Bytes of the files that became live.
    pub bytes_added: u64,
    /// Files that a vacuum gave up.
    pub files_vacuumed: usize,
    /// False when files of this version were removed by a vacuum, so that it cannot be read any more.
    pub readable: bool,
}

/// What a live 시군구 holds, and since which version.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveSigungu {
    /// Its `si_nm` and `sgg_nm`; `None` for the whole of a plain dataset.
    pub sigungu: Option<Sigungu>,
    /// The date that its rows describe (데이터기준일자), when known.
    pub vintage: Option<NaiveDate>,
    /// The version that published it.
    pub version: u64,
    /// Its files.
    pub files: usize,
    /// Its rows.
    pub rows: u64,
    /// Its bytes.
    pub bytes: u64,
}

impl VersionSummary {
    pub(crate) fn new(version: u64, info: &Map<String, Value>, vintage: Option<NaiveDate>) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let vacuumed = info.get("vacuumed").and_then(|vacuumed| vacuumed.get("files"));
        Self {
            version,
            timestamp: timestamp(info),
            operation: text(info.get("operation")).unwrap_or_default(),
            tool: text(info.get("provenance").and_then(|provenance| provenance.get("tool")))
                .or_else(|| text(info.get("engineInfo"))),
            vintages: vintage.map(|vintage| (vintage, vintage)),
            sigungu: Vec::new(),
            succeeded: Vec::new(),
            files_added: 0,
            files_removed: 0,
            rows_added: 0,
            rows_removed: 0,
            bytes_added: 0,
            files_vacuumed: vacuumed.and_then(Value::as_array).map_or(0, Vec::len),
            readable: true,
        }
    }

    pub(crate) fn added(&mut self, bytes: u64, rows: Option<u64>) {
        self.files_added += 1;
        self.bytes_added += bytes;
        self.rows_added += rows.unwrap_or_default();
    }

    pub(crate) fn removed(&mut self, rows: Option<u64>) {
        self.files_removed += 1;
        self.rows_removed += rows.unwrap_or_default();
    }

    pub(crate) fn published(&mut self, part: &Part, vintage: Option<NaiveDate>) {
        self.sigungu.extend(part.as_ref().map(region_name));
        if let Some(vintage) = vintage {
            let (oldest, newest) = self.vintages.unwrap_or((vintage, vintage));
            self.vintages = Some((oldest.min(vintage), newest.max(vintage)));
        }
    }

    pub(crate) fn succeeded(&mut self, part: &Part) {
        self.succeeded.extend(part.as_ref().map(region_name));
    }
}
