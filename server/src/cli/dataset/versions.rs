//! `pilji dataset versions`.

use pilji_catalog::VersionSummary;
use serde_json::{Value, json};

use super::text::{count, counted, range, some_of, table, time};

/// 시군구 that are named in a line.
const NAMED: usize = 3;

pub fn json(versions: &[VersionSummary]) -> Value {
    let entry = |version: &VersionSummary| {
        json!({
            "version": version.version,
            "time": version.timestamp.map(|time| time.to_rfc3339()),
            "operation": version.operation,
            "tool": version.tool,
            "oldest_vintage": version.vintages.map(|(oldest, _)| oldest.to_string()),
            "newest_vintage": version.vintages.map(|(_, newest)| newest.to_string()),
            "sigungu": version.sigungu,
            "succeeded": version.succeeded,
            "rows_added": version.rows_added,
            "rows_removed": version.rows_removed,
            "files_added": version.files_added,
            "files_removed": version.files_removed,
            "bytes_added": version.bytes_added,
            "files_vacuumed": version.files_vacuumed,
            "readable": version.readable,
        })
    };
    versions.iter().map(entry).collect()
}

pub fn text(versions: &[VersionSummary]) -> String {
    let rows = versions.iter().map(|version| {
        vec![
            version.version.to_string(),
            time(version.timestamp),
            range(version.vintages),
            format!("+{}", count(version.rows_added)),
            format!("-{}", count(version.rows_removed)),
            what(version),
        ]
    });
    let headings = ["version", "time", "vintage", "rows", "", "what"];
    table(&headings, &[0, 3, 4], rows.collect())
}

/// What a commit did, in words.
fn what(version: &VersionSummary) -> String {
    let mut what = if version.files_vacuumed > 0 {
        format!("vacuum of {}", counted(version.files_vacuumed, "file"))
    } else if !version.sigungu.is_empty() {
        some_of(&version.sigungu, NAMED)
    } else if version.files_added > 0 || version.files_removed > 0 {
        "all rows".to_owned()
    } else {
        version.operation.to_lowercase()
    };
    if !version.succeeded.is_empty() {
        what = format!("{what}; takes the place of {}", some_of(&version.succeeded, NAMED));
    }
    if !version.readable {
        what.push_str(" (vacuumed, cannot be read)");
    }
    what
}
