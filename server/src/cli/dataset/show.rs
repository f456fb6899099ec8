//! `pilji dataset show`: what a dataset holds and where every part of it came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use arrow::datatypes::{DataType, Field};
use chrono::NaiveDate;
use pilji_catalog::{Commit, Dataset, Error as CatalogError, LiveSigungu, Warehouse};
use serde_json::{Value, json};

use super::existing;
use super::text::{bytes, count, counted, range, some_of, table, time};
use crate::error::Result;

/// 시군구 that are named for each origin.
const NAMED: usize = 6;
/// Arrow's key for what a column's extension type needs to know.
const EXTENSION_METADATA: &str = "ARROW:extension:metadata";

/// A dataset with the commits that its live rows came from.
pub struct Shown {
    dataset: Dataset,
    live: Vec<LiveSigungu>,
    /// Oldest origin first.
    origins: Vec<Commit>,
    newest: Option<Commit>,
}

/// Reads a dataset and its history.
pub async fn read(warehouse: Warehouse, name: String) -> Result<Shown> {
    let dataset = existing(&warehouse, &name).await?;
    let live = match warehouse.live_sigungu(&name).await {
        Ok(live) => live,
        // A dataset of another program whose older entries are gone.
        Err(CatalogError::LogIncomplete { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let versions: BTreeSet<u64> = live.iter().map(|live| live.version).collect();
    let history = dataset.history().await?;
    let newest = history.first().cloned();
    let origins = history.into_iter().rev();
    let origins = origins.filter(|commit| versions.contains(&commit.version)).collect();
    Ok(Shown {
        dataset,
        live,
        origins,
        newest,
    })
}

impl Shown {
    pub fn json(&self) -> Value {
        let columns = self.dataset.schema();
        let columns = columns.fields().iter().map(|field| {
            json!({ "name": field.name(), "type": type_name(field), "nullable": field.is_nullable(), "crs": crs(field) })
        });
        let live = self.live.iter().map(|live| {
            let (si_nm, sgg_nm) = live.sigungu.clone().map_or((None, None), |(si, sgg)| (Some(si), sgg));
            json!({
                "si_nm": si_nm,
                "sgg_nm": sgg_nm,
                "vintage": live.vintage.map(|vintage| vintage.to_string()),
                "version": live.version,
                "rows": live.rows,
                "files": live.files,
                "bytes": live.bytes,
            })
        });
        let origins = self.origins.iter().map(|commit| {
            json!({
                "version": commit.version,
                "time": commit.timestamp.map(|time| time.to_rfc3339()),
                "provenance": commit.metadata.get("provenance"),
            })
        });
        let vintages = self.vintages();
        json!({
            "name": self.dataset.name(),
            "folder": self.dataset.dir(),
            "version": self.dataset.version(),
            "time": self.newest.as_ref().and_then(|commit| commit.timestamp).map(|time| time.to_rfc3339()),
            "rows": self.dataset.rows(),
            "files": self.dataset.files().len(),
            "bytes": self.dataset.bytes(),
            "partition_columns": self.dataset.partition_columns(),
            "oldest_vintage": vintages.map(|(oldest, _)| oldest.to_string()),
            "newest_vintage": vintages.map(|(_, newest)| newest.to_string()),
            "columns": columns.collect::<Vec<_>>(),
            "live": live.collect::<Vec<_>>(),
            "origins": origins.collect::<Vec<_>>(),
        })
    }

    pub fn text(&self) -> String {
        let mut text = self.summary() + "\ncolumns\n";
        let schema = self.dataset.schema();
        let columns = schema.fields().iter().map(|field| {
            let null = if field.is_nullable() {
                "may be NULL"
            } else {
                "never NULL"
            };
            vec![
                field.name().clone(),
                type_name(field),
                null.to_owned(),
                crs(field).unwrap_or_default(),
            ]
        });
        indent(
            &mut text,
            &table(&["name", "type", "null", "crs"], &[], columns.collect()),
        );
        if self.live.iter().any(|live| live.sigungu.is_some()) {
            text.push_str("\n시군구\n");
            indent(&mut text, &self.sido());
        }
        text.push_str("\nwhere it came from\n");
        if self.origins.is_empty() {
            indent(&mut text, "the log does not say\n");
        }
        for commit in &self.origins {
            indent(&mut text, &self.origin(commit));
        }
        text
    }

    fn summary(&self) -> String {
        let dataset = &self.dataset;
        let size = format!(
            "{} in {}, {}",
            count(dataset.rows()),
            counted(dataset.files().len(), "file"),
            bytes(dataset.bytes())
        );
        let of = self.newest.as_ref().and_then(|commit| commit.timestamp);
        let n_sigungu = self.live.iter().filter(|live| live.sigungu.is_some()).count();
        let mut vintages = range(self.vintages());
        if n_sigungu > 0 {
            let _ = write!(vintages, ", {} 시군구", count(n_sigungu as u64));
        }
        let partitions = dataset.partition_columns().join(", ");
        let rows = [
            ("dataset", dataset.name().to_owned()),
            ("version", format!("{} of {}", dataset.version(), time(of))),
            ("rows", size),
            ("vintages", vintages),
            ("folders by", partitions),
            ("folder", dataset.dir().display().to_string()),
        ];
        let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
        rows.fold(String::new(), |text, (name, value)| {
            format!("{text}{name:<12}{value}\n")
        })
    }

    /// The 시도 with what they hold; a line for each 시군구 would be 250.
    fn sido(&self) -> String {
        let mut sido: BTreeMap<&str, Vec<&LiveSigungu>> = BTreeMap::new();
        for live in &self.live {
            if let Some((si_nm, _)) = &live.sigungu {
                sido.entry(si_nm).or_default().push(live);
            }
        }
        let rows = sido.into_iter().map(|(name, live)| {
            vec![
                name.to_owned(),
                count(live.len() as u64),
                count(live.iter().map(|live| live.rows).sum()),
                count(live.iter().map(|live| live.files as u64).sum()),
                bytes(live.iter().map(|live| live.bytes).sum()),
                range(span(live.iter().filter_map(|live| live.vintage))),
            ]
        });
        let headings = ["시도", "시군구", "rows", "files", "size", "vintages"];
        table(&headings, &[1, 2, 3, 4], rows.collect())
    }

    /// What a commit says about where its rows came from.
    fn origin(&self, commit: &Commit) -> String {
        let live: Vec<&LiveSigungu> = self.live.iter().filter(|live| live.version == commit.version).collect();
        let names: Vec<String> = live
            .iter()
            .filter_map(|live| live.sigungu.as_ref())
            .map(|(si_nm, sgg_nm)| {
                [Some(si_nm.as_str()), sgg_nm.as_deref()]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let holds = if names.is_empty() {
            "all rows".to_owned()
        } else {
            some_of(&names, NAMED)
        };
        let provenance = commit.metadata.get("provenance").unwrap_or(&Value::Null);
        let tool = string(provenance, "tool").or_else(|| commit.metadata.get("engineInfo")?.as_str());
        let mut text = format!(
            "version {} of {}{}\n  holds    {holds}\n  vintage  {}\n",
            commit.version,
            time(commit.timestamp),
            tool.map_or_else(String::new, |tool| format!(", by {tool}")),
            range(span(live.iter().filter_map(|live| live.vintage))),
        );
        for source in array(provenance, "sources") {
            let size = source
                .get("bytes")
                .and_then(Value::as_u64)
                .map_or_else(String::new, bytes);
            let file = string(source, "file").unwrap_or_default();
            let hash = string(source, "sha256").unwrap_or_default();
            let _ = writeln!(text, "  source   {file}  {size}  sha256 {hash}");
        }
        for part in array(provenance, "parts") {
            let number = |key: &str| {
                part.get(key)
                    .and_then(Value::as_u64)
                    .map_or_else(|| "?".to_owned(), count)
            };
            let _ = writeln!(
                text,
                "  read     {}  {}  {}  rows {} = {} published + {} rejected",
                string(part, "file").unwrap_or_default(),
                string(part, "layout").unwrap_or_default(),
                string(part, "crs").unwrap_or_default(),
                number("rows_in"),
                number("published"),
                number("rejected"),
            );
        }
        if let Some(codes) = provenance.get("reject_codes").and_then(Value::as_object) {
            for (code, number) in codes {
                let _ = writeln!(text, "  rejected {number} for {code}");
            }
        }
        for remark in array(provenance, "remarks") {
            let _ = writeln!(text, "  remark   {}", remark.as_str().unwrap_or_default());
        }
        text
    }

    /// Oldest and newest live vintage.
    fn vintages(&self) -> Option<(NaiveDate, NaiveDate)> {
        span(self.live.iter().filter_map(|live| live.vintage))
    }
}

fn span(dates: impl Iterator<Item = NaiveDate>) -> Option<(NaiveDate, NaiveDate)> {
    dates.fold(None, |span, date| match span {
        None => Some((date, date)),
        Some((oldest, newest)) => Some((oldest.min(date), newest.max(date))),
    })
}

fn string<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

fn array<'a>(object: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    object.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn indent(text: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(text, "  {line}");
    }
}

/// The type of a column; the fields of a struct by name.
fn type_name(field: &Field) -> String {
    match field.data_type() {
        DataType::Struct(fields) => {
            let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
            format!("Struct({})", names.join(", "))
        }
        other => other.to_string(),
    }
}

/// The CRS of a geometry column as authority and code.
fn crs(field: &Field) -> Option<String> {
    let metadata: Value = serde_json::from_str(field.metadata().get(EXTENSION_METADATA)?).ok()?;
    let crs = metadata.get("crs")?;
    if let Some(text) = crs.as_str() {
        return Some(text.to_owned());
    }
    let id = crs.get("id")?;
    Some(format!("{}:{}", id.get("authority")?.as_str()?, id.get("code")?))
}
