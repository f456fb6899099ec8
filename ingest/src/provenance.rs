//! Where the data came from, as it is kept in the commit.

use std::path::PathBuf;

use chrono::Utc;
use pilji_catalog::TextEncoding;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::options::IngestOptions;
use crate::pipeline::Stop;
use crate::plan::{Plan, PlannedPart};
use crate::report::Report;
use crate::writer::sha256_of_file;

/// A file of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    path: PathBuf,
    bytes: u64,
    sha256: String,
}

/// Sizes and hashes of the files that the parts are read from, each once.
pub(crate) fn describe_sources(parts: &[PlannedPart], stop: &Stop) -> Result<Vec<SourceFile>> {
    let mut sources: Vec<SourceFile> = Vec::new();
    for path in parts.iter().flat_map(|planned| planned.part.files()) {
        if sources.iter().any(|source| source.path == *path) {
            continue;
        }
        let bytes = std::fs::metadata(path).map_err(Error::io("read", path))?.len();
        let Some(sha256) = sha256_of_file(path, &|| stop.is_set())? else {
            break;
        };
        sources.push(SourceFile {
            path: path.clone(),
            bytes,
            sha256,
        });
    }
    Ok(sources)
}

/// The provenance of a run as JSON.
pub(crate) fn provenance(plan: &Plan, options: &IngestOptions, report: &Report, sources: &[SourceFile]) -> Value {
    let file_name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let sources: Vec<Value> = sources
        .iter()
        .map(|source| json!({ "file": file_name(&source.path), "bytes": source.bytes, "sha256": source.sha256 }))
        .collect();
    let parts: Vec<Value> = plan
        .parts
        .iter()
        .zip(&report.parts)
        .map(|(planned, part)| {
            json!({
                "file": part.file,
                "layout": part.layout,
                "crs": planned.crs.to_string(),
                "rows_in": part.rows_in,
                "published": part.published,
                "rejected": part.rejected,
            })
        })
        .collect();
    let encoding = options.encoding.map(|encoding| match encoding {
        TextEncoding::Utf8 => "utf-8",
        TextEncoding::Cp949 => "cp949",
    });
    json!({
        "tool": concat!("pilji ", env!("CARGO_PKG_VERSION")),
        "time": Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "sources": sources,
        "parts": parts,
        "vintage": plan.vintage,
        "encoding": encoding,
        "reject_codes": report.reject_codes,
        "notes": report.notes,
        "remarks": report.remarks,
    })
}
